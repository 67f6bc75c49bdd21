"""Who may open which door: tried at every door by everybody, and compared with tables that people have read."""
