"""What leaves the register, and what its people may decide about their own data."""
