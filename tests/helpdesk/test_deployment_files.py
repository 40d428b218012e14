"""Dockerfile, docker-compose.yml, Makefile: read as data, because no engine is here."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from tests.helpdesk.serving import ROOT

COMPOSE = ROOT / "docker-compose.yml"
NEEDED = {
    "SECRET_KEY": "x" * 60,
    "ROOT_PASSWORD": "x",
    "POSTGRES_PASSWORD": "x",
    "WEB_URL": "https://desk.example.com",
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return loaded


def test_all_parts_are_there(compose: dict[str, Any]) -> None:
    services = compose["services"]
    commands = {name: services[name].get("command") for name in services}
    assert commands["prepare"] == ["--prepare"]
    assert commands["web"] == ["--web"]
    assert commands["worker"] == ["--worker"]
    assert commands["beat"] == ["--beat"]
    assert {"postgres", "redis", "proxy"} <= set(services)


@pytest.mark.parametrize("name", ["web", "worker"])
def test_scaled_parts_share_nothing_that_can_clash(
    compose: dict[str, Any], name: str
) -> None:
    service = compose["services"][name]
    assert "ports" not in service
    assert "container_name" not in service
    assert service["volumes"] == ["data:/data"]


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_parts_wait_for_the_prepared_database(
    compose: dict[str, Any], name: str
) -> None:
    needs = compose["services"][name]["depends_on"]
    assert needs["prepare"]["condition"] == "service_completed_successfully"
    assert needs["postgres"]["condition"] == "service_healthy"
    assert needs["redis"]["condition"] == "service_healthy"


def test_named_volumes_and_configs_are_declared(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in compose["volumes"], name
        for config in service.get("configs", []):
            assert config["source"] in compose["configs"], name


def test_secrets_have_no_default_in_the_file() -> None:
    text = COMPOSE.read_text()
    for name in ("SECRET_KEY", "ROOT_PASSWORD", "POSTGRES_PASSWORD"):
        assert re.search(rf"\$\{{{name}:\?", text), name
        assert not re.search(rf"\$\{{{name}(:-|\}})", text), name


def test_compose_accepts_the_file() -> None:
    docker = shutil.which("docker")
    if (
        docker is None
        or subprocess.run(
            [docker, "compose", "version"], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("docker compose is not installed")
    result = subprocess.run(
        [docker, "compose", "-f", str(COMPOSE), "config", "--quiet"],
        env=NEEDED,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr


def test_image_runs_as_an_ordinary_user_and_holds_every_app() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert dockerfile.index("collectstatic") < dockerfile.index("USER helpdesk")
    for package in ROOT.glob("*/apps.py"):
        assert f"!{package.parent.name}" in ignored


def test_make_prints_what_it_would_run() -> None:
    make = shutil.which("make")
    if make is None:
        pytest.skip("make is not installed")
    for target, expected in [
        ("run", "manage.py serve"),
        ("demo", "manage.py serve --demo"),
        ("test", "-m pytest"),
    ]:
        result = subprocess.run(
            [make, "--dry-run", "--always-make", target],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        assert expected in result.stdout
