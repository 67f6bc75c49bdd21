"""The two demo cooperatives' people. All are invented."""
