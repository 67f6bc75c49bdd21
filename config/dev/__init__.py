"""What developers run: installation, engines, the full stack, the gates, the figures and the screenshots."""
