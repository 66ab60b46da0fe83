"""The training of departures from terminals."""
