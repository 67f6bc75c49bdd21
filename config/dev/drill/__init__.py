"""The timed restore drill: a big installation, backed up and restored to empty hosts of each engine, by the clock."""
