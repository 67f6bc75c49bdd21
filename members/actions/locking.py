"""The one lock of the register: whoever counts, numbers or keeps apart is the only writer of a cooperative meanwhile."""

from cooperatives.models import Cooperative


def lock_cooperative(cooperative: Cooperative) -> Cooperative:
    """Wait until nobody else writes the register of this cooperative, and read its row anew."""
    # Numbers are gap-free, the last admin is counted, homes are kept apart: all need one writer for each cooperative.
    # Rows that point to the cooperative share its key meanwhile, so the lock leaves the key alone.
    return Cooperative.objects.select_for_update(no_key=True).get(pk=cooperative.pk)
