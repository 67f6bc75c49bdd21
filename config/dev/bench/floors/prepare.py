"""`python -m config.dev.bench.floors.prepare`: makes the tables of the floors and fills them."""

import django
from django.apps import apps
from django.db import connection

from config.dev.bench.volley import CARDS, LABELS, LANES, MEMBERS


def prepare() -> None:
    """500 cards in four lanes, with two labels each."""
    with connection.schema_editor() as editor:
        for model in apps.get_app_config("floors").get_models():
            editor.create_model(model)
    lane, member, label, task = (apps.get_model("floors", name)._default_manager for name in ("Lane", "Member", "Label", "Task"))
    lanes = lane.bulk_create(lane.model(name=f"Lane {number}") for number in range(LANES))
    members = member.bulk_create(member.model(name=f"Member {number}") for number in range(MEMBERS))
    labels = label.bulk_create(label.model(name=f"Label {number}") for number in range(LABELS))
    for number in range(1, CARDS + 1):
        facts = {"title": f"Card {number} of the house", "number": number, "rank": number, "lane": lanes[number % LANES]}
        card = task.create(assignee=members[number % MEMBERS], **facts)
        card.labels.set([labels[number % LABELS], labels[(number + 1) % LABELS]])


if __name__ == "__main__":
    django.setup()
    prepare()
