"""The fault run's own parts: each check sees what it is there to see."""
