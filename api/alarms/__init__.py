"""Alarms that outlive the page: tell me so many minutes before my bus, by Web Push or webhook."""
