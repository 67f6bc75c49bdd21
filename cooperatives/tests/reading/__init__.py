"""Reading tables that people bring."""
