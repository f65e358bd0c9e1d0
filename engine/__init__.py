"""The only code that speaks Camunda's REST API."""
