"""The labels of a plan."""

from ...importing import BoardPlan
from ...models import Label, Project

BATCH = 500


def write_labels(project: Project, plan: BoardPlan) -> tuple[dict[str, int], int]:
    """The key of the label for each of the plan, by source id, and how many are new.

    One that came before, or that has the same name and colour, is taken as it is.
    """
    existing = list(Label.objects.filter(project=project))
    by_source = {label.source_id: label for label in existing if label.source_id}
    by_look = {(label.name, label.colour): label for label in existing}
    fresh = []
    for one in plan.labels:
        found = by_source.get(one.source_id) or by_look.get((one.name, one.colour))
        if found is None:
            found = Label(
                cooperative_id=project.cooperative_id,
                project=project,
                name=one.name,
                colour=one.colour,
                source_id=one.source_id,
            )
            fresh.append(found)
            by_look[one.name, one.colour] = found
        by_source[one.source_id] = found
    Label.objects.bulk_create(fresh, batch_size=BATCH)
    return {one.source_id: by_source[one.source_id].pk for one in plan.labels}, len(fresh)
