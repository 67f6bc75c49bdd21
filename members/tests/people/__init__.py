"""The register: people, roles, pauses, leaving, and its doors."""
