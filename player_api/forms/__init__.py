"""Forms: form-js schemas, whatever they were made from, and answers checked by their rules."""
