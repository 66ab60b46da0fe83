"""When buses that wait leave their first stops: baselines, what was learned, and the predictor that uses it."""
