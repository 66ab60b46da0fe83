"""The endpoints, one module per audience."""
