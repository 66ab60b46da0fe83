"""Prediction: when the bus comes, and how sure that is."""
