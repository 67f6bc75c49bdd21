"""Who may do what with projects and tasks: members read and write, observers read."""

from cooperatives.policy import has_role, member, table

WRITERS = has_role("admin", "treasurer", "secretary", "member")

table(
    {
        "tasks.see": member(),
        "tasks.create_project": WRITERS,
        "tasks.change_project": WRITERS,
        "tasks.create_lane": WRITERS,
        "tasks.change_lane": WRITERS,
        "tasks.create": WRITERS,
        "tasks.change": WRITERS,
        "tasks.move": WRITERS,
        "tasks.overfill": has_role("admin"),
        "tasks.reorder": WRITERS,
        "tasks.import": WRITERS,
    }
)
