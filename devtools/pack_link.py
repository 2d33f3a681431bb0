"""The pack's place in a host's custom_nodes: a link, so that the host runs the files being edited."""

import os
import sys
from pathlib import Path

from .errors import SetupError
from .host import Host
from .paths import ROOT
from .processes import WINDOWS

NAME = "flux-regions"


def link_pack(host: Host) -> Path | None:
    """Make the pack visible to the host. Returns the link if it was made now, None if the pack was there already."""
    if any(_is_pack(entry) for entry in host.custom_nodes.iterdir()):
        return None
    link = host.custom_nodes / NAME
    if link.exists():
        raise SetupError(f"{link} holds another copy of this pack; move it away, or run dev.py from there.")
    try:
        link.unlink(missing_ok=True)  # a link whose target is gone
        _make_link(link)
    except OSError as error:
        raise SetupError(f"Could not link the pack into {host.custom_nodes}: {error.strerror}.") from error
    return link


def unlink_pack(link: Path) -> None:
    """Take the link away again (never what it points to)."""
    if WINDOWS:
        os.rmdir(link)
    else:
        link.unlink(missing_ok=True)


def _is_pack(entry: Path) -> bool:
    return entry.exists() and os.path.samefile(entry, ROOT)


def _make_link(link: Path) -> None:
    if sys.platform == "win32":
        import _winapi

        _winapi.CreateJunction(str(ROOT), str(link))  # needs no special rights, unlike a symbolic link
    else:
        link.symlink_to(ROOT, target_is_directory=True)
