"""Dialects: what clients of other systems ask, answered from the same snapshot. Translations, no logic of their own."""
