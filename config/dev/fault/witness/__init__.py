"""A room of its own during fault runs: an agreeing subscriber, two targets, and fuses at the narrow places."""
