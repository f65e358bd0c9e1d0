"""What is checked of diagrams, decisions and forms, a module a question; nothing of them is run."""
