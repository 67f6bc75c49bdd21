"""Migrations: which stand in the database, which the code knows, and the models as they were at a given state."""

from collections.abc import Iterable, Mapping

from django.apps import apps as live_apps
from django.apps.registry import Apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

Node = tuple[str, str]
State = dict[str, list[str]]


class Migrations:
    """What the code knows and what a database has had, compared."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        self._loader = MigrationLoader(connection)

    @property
    def known(self) -> set[Node]:
        """The migrations of the code."""
        return set(self._loader.graph.nodes)

    @property
    def applied(self) -> set[Node]:
        """Those that the database has had, of apps that are installed."""
        return {node for node in self._loader.applied_migrations if node[0] in self._loader.migrated_apps}

    def unknown(self, nodes: Iterable[Node]) -> list[str]:
        """Those that this code does not know: they come from a newer version, or from an app that is not installed."""
        return sorted(f"{app}.{name}" for app, name in set(nodes) - self.known)

    def apps_at(self, nodes: set[Node]) -> Apps:
        """The models as they are after these migrations."""
        if nodes == self.known:
            return live_apps
        return self._loader.project_state(self._ends(nodes)).apps

    def migrate_to(self, nodes: set[Node]) -> None:
        """Bring the database forward to exactly these; it has had none or some of them."""
        executor = MigrationExecutor(self._connection)
        executor.migrate(self._ends(nodes))
        self._loader = MigrationLoader(self._connection)

    def _ends(self, nodes: set[Node]) -> list[Node]:
        """Those on which no other of the same app builds."""
        map_ = self._loader.graph.node_map
        return sorted(
            node for node in nodes if not any(child.key in nodes and child.key[0] == node[0] for child in map_[node].children)
        )


def as_state(nodes: Iterable[Node]) -> State:
    """By app, as a manifest says it."""
    state: State = {}
    for app, name in sorted(nodes):
        state.setdefault(app, []).append(name)
    return state


def as_nodes(state: Mapping[str, Iterable[str]]) -> set[Node]:
    """The reverse of `as_state`."""
    return {(app, name) for app, names in state.items() for name in names}
