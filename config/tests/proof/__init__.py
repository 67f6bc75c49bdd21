"""The product tested without mercy: every door, every actor, another cooperative's ids everywhere."""
