"""The CRM of the made-up operator: customers, calls and cases, with Script Manager's player in its side panel."""
