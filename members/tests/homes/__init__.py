"""Homes: buildings, units, households, agreements."""
