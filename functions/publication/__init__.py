"""What others read of the declarations: JSON Schemas for editors, element templates for modelers."""
