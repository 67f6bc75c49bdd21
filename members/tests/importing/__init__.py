"""The import: what files say, what becomes of them, and the pages."""
