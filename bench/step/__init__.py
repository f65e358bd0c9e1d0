"""The step benchmark: from "Next" to the next form through the facade, beside the same engine asked directly."""
