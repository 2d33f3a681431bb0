"""ComfyUI's newest web frontend, to run on an older ComfyUI."""

import tempfile
from pathlib import Path

from . import places
from .comfyui import fetch_wheel, unzip
from .environment import venv_step

VERSION = "1.58.1"
TREE = "comfyui_frontend_package/static/"


def newest_frontend() -> Path:
    """The folder for ComfyUI's `--front-end-root`; downloaded on first use."""
    place = places.DEV / f"frontend-{VERSION}"
    if not place.exists():
        if not (environment := venv_step()).is_done():  # where its pip lives
            environment.run()
        with tempfile.TemporaryDirectory(dir=places.DEV, prefix="frontend-") as folder:
            wheel = fetch_wheel(f"the frontend {VERSION}", f"comfyui-frontend-package=={VERSION}", Path(folder))
            unzip(wheel, TREE, Path(folder)).rename(place)
    return place
