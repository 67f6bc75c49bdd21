"""Hostile text in every field that people can write, and every page opened with it."""
