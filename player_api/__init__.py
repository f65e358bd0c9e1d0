"""The FastAPI facade, one package a feature."""
