"""Why a backup is not made or not taken."""


class Refused(Exception):
    """A backup or a restore that does not happen; the sentence says what is wrong and, where there is one, the cure."""
