"""Draws `.env.example` and docs/environment.md from the declared environment variables."""

from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path

from config.env import BASE_DIR, Variable, declared


def _groups() -> Iterable[tuple[str, list[Variable]]]:
    for title, members in groupby(declared(), key=lambda variable: variable.group):
        yield title, list(members)


def _shown(variable: Variable) -> str:
    # The public address follows the port; showing the port of whoever ran this would be wrong.
    return "http://localhost:8000" if variable.name == "SITE_URL" else variable.default


def example() -> str:
    """The file a new installation begins with: what differs from the defaults is set, the rest is shown."""
    lines = [
        "# Written by `manage.py environment` from config/settings.py. `make install` copies it to .env with a fresh secret key."
    ]
    for title, variables in _groups():
        lines += ["", f"# --- {title}"]
        for variable in variables:
            lines.append(f"# {variable.meaning}")
            lines.append(
                f"#{variable.name}={_shown(variable)}" if variable.start is None else f"{variable.name}={variable.start}"
            )
    return "\n".join(lines) + "\n"


def page() -> str:
    """The same as a table for people."""
    lines = [
        "# Environment",
        "",
        "Written by `manage.py environment` from `config/settings.py`. Read from the environment, else from `.env`.",
    ]
    for title, variables in _groups():
        lines += ["", f"## {title}", "", "| variable | kind | default | meaning |", "|---|---|---|---|"]
        for variable in variables:
            default = f"`{_shown(variable)}`" if _shown(variable) else ""
            lines.append(f"| `{variable.name}` | {variable.kind} | {default} | {variable.meaning} |")
    return "\n".join(lines) + "\n"


FILES: dict[Path, Callable[[], str]] = {BASE_DIR / ".env.example": example, BASE_DIR / "docs" / "environment.md": page}
