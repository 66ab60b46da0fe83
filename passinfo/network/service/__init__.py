"""Service learned from what buses did: kinds of days, headways, running times."""
