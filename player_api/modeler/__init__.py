"""What Camunda Modeler's Deploy asks of an engine, answered with drafts and releases."""
