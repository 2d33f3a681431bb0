"""The pack as `flux_regions`, `devtools`, `benchmarks`, `support`; a real ComfyUI, as modules or as a server."""

import importlib.util
import re
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers

ROOT = Path(__file__).resolve().parent.parent
EDITOR_FRONTEND = re.compile(r"tests/editor/.*\[.*(carried|newest)")
"""The id of a test, and in it which of its servers it uses (FRONTENDS in tests/editor/conftest.py)."""

# `python -m pytest` puts the repository on the path, where the pack's `nodes/` would hide ComfyUI's nodes.py.
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != ROOT]

if "devtools" not in sys.modules:
    _spec = importlib.util.spec_from_file_location("devtools", ROOT / "devtools" / "__init__.py")
    sys.modules["devtools"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["devtools"])

from devtools import host, packages  # noqa: E402
from devtools.errors import SetupError  # noqa: E402
from devtools.server import ComfyServer  # noqa: E402

packages.load_pack()
packages.load_package("benchmarks", ROOT / "benchmarks")
packages.load_package("support", ROOT / "tests" / "support")

# Property tests draw the same examples in every run; `dev.py test --random` asks for the other profile.
# (Hypothesis derandomizes by itself where it sees CI in the environment, so both profiles say what they want.)
settings.register_profile("fixed", derandomize=True, database=None, deadline=None)
settings.register_profile("random", derandomize=False, database=None, deadline=None, print_blob=True)
settings.load_profile("fixed")


def pytest_configure(config):
    if config.getoption("--hypothesis-profile") in (None, "fixed"):
        # Hypothesis also draws constants from the source of whatever was imported so far: with them, the examples of
        # one test would depend on which others run beside it. No setting turns that off; tests/devtools/test_suite.py
        # notices when this no longer does (Hypothesis 6.170).
        providers._get_local_constants = lambda: providers._local_constants
    # Told to end, pytest still runs the fixtures' clean-up, which stops the servers.
    signal.signal(signal.SIGTERM, lambda *_: pytest.exit("told to end (SIGTERM)", returncode=143))


@pytest.hookimpl(trylast=True)  # after pytest has put together what shares a fixture
def pytest_collection_modifyitems(items):
    """Files with slow tests come first, so that none of them is left for the end, when the other workers are done."""
    slow_files = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow_files)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """A worker gets the tests of a file together, and those of the editor that share a server and its pages."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid):
            frontend = EDITOR_FRONTEND.match(nodeid)
            return frontend[1] if frontend else super()._split_scope(nodeid)

    return Scheduling(config, log)


@pytest.fixture(scope="session")
def comfy_host():
    """The ComfyUI that dev.py has set up, or COMFYUI_DIR."""
    try:
        return host.current()
    except SetupError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def comfy(comfy_host, tmp_path_factory):
    """ComfyUI's own `comfy` package, importable from here on with its `nodes`, `folder_paths` ... On the CPU."""
    return packages.load_comfy(comfy_host, tmp_path_factory.mktemp("comfy"))


@pytest.fixture(scope="session")
def server(comfy_host):
    """A running ComfyUI with the pack, on the CPU, with default settings."""
    with ComfyServer(host=comfy_host) as running:
        yield running
