"""Benchmarks: each figure with its n, baseline and reference, measured in one run."""
