"""The rules of the register by their numbers, each proved through the actions and against the database itself."""
