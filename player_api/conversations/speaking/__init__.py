"""What is said to people: texts of forms as plain text and as speech, values as a language writes them."""
