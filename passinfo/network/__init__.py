"""The network: stops, routes, patterns, trips, headway service, calendars; compiled to arrays."""
