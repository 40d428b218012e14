"""The vendored files are the published ones, and each is accounted for."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

VENDOR = Path(settings.BASE_DIR) / "static" / "vendor"
PACKAGES = json.loads((VENDOR / "vendor.json").read_text())


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["folder"])
def test_files_are_those_published(package: dict[str, Any]) -> None:
    """Every file has the hash that was noted when its package was unpacked."""
    folder = VENDOR / package["folder"]
    hashes = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
    }
    assert hashes == package["files"]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["folder"])
def test_package_says_where_it_comes_from(package: dict[str, Any]) -> None:
    """Name, version, integrity and licence are there, with the licence's text."""
    assert package["folder"].endswith(package["version"])
    assert package["integrity"].startswith("sha512-")
    assert package["licence"]
    assert "LICENSE" in package["files"]


def test_nothing_else_is_vendored() -> None:
    """No folder lies here without an entry in vendor.json."""
    folders = {path.name for path in VENDOR.iterdir() if path.is_dir()}
    assert folders == {package["folder"] for package in PACKAGES}
