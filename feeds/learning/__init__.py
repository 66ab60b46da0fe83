"""``feeds build CITY --traces``: a city's static feed learned from where its buses were, and a report to look at."""
