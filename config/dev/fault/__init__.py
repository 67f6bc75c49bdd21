"""`make fault`: kills, stops, floods and fills under load, and proves afterwards that nothing was lost or invented."""
