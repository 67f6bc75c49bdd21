"""Parts of the members’ pages."""
