"""Parts of boards."""
