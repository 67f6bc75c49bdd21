"""The container files are read and held against a schema and against the product. They are not run here."""

import json
import re
import subprocess
from typing import Any

import pytest
import yaml
from django.core.management import get_commands
from jsonschema import Draft202012Validator

from config.env import BASE_DIR, declared

pytestmark = pytest.mark.gate
INSTRUCTIONS = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "CMD"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text()))


@pytest.fixture(scope="module")
def nginx() -> str:
    text = (BASE_DIR / "config" / "docker" / "nginx.conf").read_text()
    return "\n".join(line.partition("#")[0] for line in text.splitlines())


def dockerfile() -> list[tuple[str, str]]:
    text = (BASE_DIR / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split()[0], line.partition(" ")[2].strip()) for line in lines]


def test_compose_fits_the_schema(compose: dict[str, Any]) -> None:
    schema = json.loads((BASE_DIR / "config" / "tests" / "compose.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    faults = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in Draft202012Validator(schema).iter_errors(compose)]
    assert faults == []


def test_every_part_is_there(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {"proxy", "web", "live", "worker", "beat", "migrate", "db", "redis"}


def test_only_the_proxy_is_published(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if "ports" in service] == ["proxy"]


def test_what_keeps_running_has_a_health_check(compose: dict[str, Any]) -> None:
    lasting = {name for name, service in compose["services"].items() if service["restart"] != "no"}
    assert {name for name, service in compose["services"].items() if "healthcheck" in service} == lasting


def test_names_are_declared(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert set(service["networks"]) <= set(compose["networks"])
        assert set(service.get("depends_on", {})) <= set(compose["services"])
        named = {volume.split(":")[0] for volume in service.get("volumes", []) if not volume.startswith("./")}
        assert named <= set(compose["volumes"])
        for volume in service.get("volumes", []):
            if volume.startswith("./"):
                assert (BASE_DIR / volume.split(":")[0]).is_file()


def test_health_of_a_dependency_can_be_known(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, need in service.get("depends_on", {}).items():
            if need["condition"] == "service_healthy":
                assert "healthcheck" in compose["services"][name]


def test_no_secret_has_a_default(compose: dict[str, Any]) -> None:
    text = (BASE_DIR / "docker-compose.yml").read_text()
    for name in re.findall(r"\$\{(\w*(?:PASSWORD|SECRET)\w*)", text):
        assert re.search(rf"\$\{{{name}(?::\?|:-\}})", text), name
    example = (BASE_DIR / "config" / "docker" / "compose.env.example").read_text()
    assert re.findall(r"^\w*(?:PASSWORD|SECRET_KEY)\w*=(.+)$", example, re.MULTILINE) == []


def test_only_migrations_log_in_as_the_owner(compose: dict[str, Any]) -> None:
    owners = [name for name, service in compose["services"].items() if "DATABASE_OWNER_URL" in service.get("environment", {})]
    assert owners == ["migrate"]


def test_the_environment_is_one_that_settings_read(compose: dict[str, Any]) -> None:
    known = {variable.name for variable in declared()}
    assert set(compose["services"]["migrate"]["environment"]) <= known


def test_commands_exist(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        command = service.get("command", [])
        if "manage.py" in command:
            assert command[command.index("manage.py") + 1] in get_commands()


def test_dockerfile_is_whole_and_not_root() -> None:
    steps = dockerfile()
    assert {name for name, _ in steps} <= INSTRUCTIONS
    assert len([name for name, _ in steps if name == "FROM"]) == 3
    last = steps[max(index for index, (name, _) in enumerate(steps) if name == "FROM") :]
    assert [rest for name, rest in last if name == "USER"] == ["cooperator"]
    assert "--require-hashes" in " ".join(rest for name, rest in steps if name == "RUN")
    for name, rest in steps:
        if name == "COPY" and not rest.startswith("--from"):
            assert all((BASE_DIR / source).exists() for source in rest.split()[:-1])
        if name == "CMD":
            assert json.loads(rest)[0] == "gunicorn"


def test_the_proxy_passes_to_services_that_exist(nginx: str, compose: dict[str, Any]) -> None:
    assert nginx.count("{") == nginx.count("}")
    assert dict(re.findall(r"server (\w+):(\d+)", nginx)) == {"web": "8000", "live": "8001"}
    assert set(re.findall(r"proxy_pass http://(\w+);", nginx)) == set(re.findall(r"upstream (\w+)", nginx))
    statements = [line.strip() for line in nginx.splitlines() if line.strip()]
    assert [line for line in statements if not line.endswith((";", "{", "}"))] == []
    published = compose["services"]["proxy"]["ports"][0]
    assert published.endswith(":" + re.findall(r"listen (\d+)", nginx)[0])


def test_the_proxy_never_passes_on_what_a_visitor_claims(nginx: str) -> None:
    assert "$proxy_add_x_forwarded_for" not in nginx
    assert nginx.count("X-Forwarded-For $remote_addr") == 2


def test_the_roles_script_is_shell() -> None:
    script = BASE_DIR / "config" / "docker" / "roles.sh"
    assert subprocess.run(["sh", "-n", str(script)], check=False).returncode == 0
    assert "SUPERUSER" not in script.read_text().upper().replace("DB_SUPERUSER", "")
