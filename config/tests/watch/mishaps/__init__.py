"""A room where things go wrong, so that one can look at what is said of it."""
