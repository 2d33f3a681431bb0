"""The registry's pictures are what their script draws, and pyproject.toml points at them."""

import re
from pathlib import Path

import pytest
from PIL import Image

from devtools import registry_pictures

PYPROJECT = (registry_pictures.ROOT / "pyproject.toml").read_text("utf-8")


@pytest.mark.parametrize(("key", "name"), [("Icon", "ICON"), ("Banner", "BANNER")])
def test_the_pictures_are_where_the_registry_looks(key, name):
    path: Path = getattr(registry_pictures, name)
    (url,) = re.findall(rf'^{key} = "(https://.+)"$', PYPROJECT, re.MULTILINE)
    assert url.endswith(f"/main/{path.relative_to(registry_pictures.ROOT).as_posix()}")
    width, height = Image.open(path).size
    assert max(width, height) <= 400 if key == "Icon" else width * 9 == height * 21


def test_the_script_draws_what_is_stored():
    for path, picture in (
        (registry_pictures.ICON, registry_pictures.icon()),
        (registry_pictures.BANNER, registry_pictures.banner()),
    ):
        stored = Image.open(path).convert("RGB")
        assert stored.size == picture.size
        # The stored one has 64 colours.
        differences = [
            abs(a - b) for a, b in zip(stored.resize((21, 9)).tobytes(), picture.resize((21, 9)).tobytes(), strict=True)
        ]
        assert max(differences) < 16
