"""The two demo cooperatives' people and homes. All are invented."""
