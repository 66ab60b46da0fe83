"""A made-up fleet that drives through a city: seeded, without a clock, knowing nothing of tracking or prediction.

What is modelled, and what is not: ``docs/simulator.md``. Everything that comes from here is simulated.
"""
