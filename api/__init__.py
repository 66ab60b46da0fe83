"""The counter: a small Flask app over the newest snapshot."""
