"""Tracking with the whole day known: labels for training and records, never features."""
