"""Tests of the pages of the register, of homes and of committees."""
