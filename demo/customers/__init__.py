"""Demo customers: the CRM's back end behind SOAP: who a customer is, cases, and visits of engineers."""
