"""The methods of the dialect."""
