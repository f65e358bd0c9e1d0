"""The only code that speaks SQL to our own database."""
