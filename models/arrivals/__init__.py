"""Training and trying the arrival model on recorded days."""
