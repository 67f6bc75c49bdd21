"""The bare floors of the work room: what Django does at least for such requests, with no session, no right, no record chain.

A Django project of its own: DJANGO_SETTINGS_MODULE=config.dev.bench.floors.settings.
"""
