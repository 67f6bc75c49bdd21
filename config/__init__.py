"""The wiring: settings, addresses, servers and jobs. It names the rooms by string only; no room imports it."""
