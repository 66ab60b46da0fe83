"""Pasig: eight routes through the city, derived from a public feed of 2015; see README.md in this folder."""
