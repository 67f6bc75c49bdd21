"""What a monitor and an operator see, by values and through real processes."""
