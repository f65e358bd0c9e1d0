"""Going back to a step that was answered before."""
