"""The Region Canvas in ComfyUI's real page: on the frontend the host carries and the newest, in both renderers."""

import json
from contextlib import ExitStack

import pytest

from devtools.comfyui import newest_frontend
from devtools.errors import SetupError
from devtools.server import ComfyServer
from support.browser import launched_chromium

from .driver import CanvasPage

FRONTENDS = ("carried", "newest")
RENDERERS = ("classic", "nodes-2")
TWO = pytest.mark.parametrize(("host_page", "opened"), tuple(zip(FRONTENDS, RENDERERS, strict=True)), indirect=True)
"""For what takes long, and for what no frontend has a part in: the oldest way of showing it and the newest, not all
four.
"""


@pytest.fixture(scope="package")
def chromium():
    with launched_chromium() as browser:
        yield browser


@pytest.fixture(scope="package")
def server_of(comfy_host):
    """server_of(frontend) -> a server with that page, which sends previews while it samples; each is started once."""
    with ExitStack() as opened_servers:
        running: dict[str, ComfyServer] = {}

        def start(frontend: str) -> ComfyServer:
            flags = ["--preview-method", "latent2rgb"]
            if frontend == "newest":
                flags += ["--front-end-root", str(newest_frontend())]
            server = opened_servers.enter_context(ComfyServer(flags, host=comfy_host))
            server.post("/settings/Comfy.TutorialCompleted", True)  # else the template browser opens by itself
            return server

        def get(frontend: str) -> ComfyServer:
            if frontend not in running:
                running[frontend] = start(frontend)
            return running[frontend]

        yield get
        lines = [line for server in running.values() for line in server.log_text().splitlines()]
        warned = [line for line in lines if "DEPRECATION" in line and "flux" in line.lower()]
        assert warned == [], "the server warns of our files"


@pytest.fixture(scope="package", params=FRONTENDS)
def host_page(request, server_of):
    """A server whose page is the frontend that its ComfyUI carries, or the newest one."""
    try:
        return server_of(request.param)
    except SetupError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="package", params=RENDERERS)
def opened(request, chromium, host_page):
    """The page with nothing in it yet."""
    host_page.post("/settings/Comfy.VueNodes.Enabled", request.param == "nodes-2")
    context = chromium.new_context(
        viewport={"width": 1600, "height": 1000}, permissions=["clipboard-read", "clipboard-write"]
    )
    page = CanvasPage(context.new_page(), host_page)
    page.open()
    yield page
    context.close()


@pytest.fixture
def canvas(opened):
    """The page with one Region Canvas in it, 512 x 384, and nothing drawn.

    Our files must not complain, nor anything throw.
    """
    opened.complaints.clear()
    opened.one_canvas()
    yield opened
    assert opened.complaints == []


def document(*regions, **rest) -> str:
    return json.dumps({"schema": 1, **rest, "regions": list(regions)})
