"""The Chromium of the browser tests."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from devtools.chromium import find_chromium, how_to_get_chromium


@contextmanager
def launched_chromium() -> Iterator:
    """A running Chromium (Playwright's Browser); the test is skipped, with the command that helps, where there is none.

    To be held for one folder of tests at a time: while it runs, no test in this process can run an event loop.
    """
    program = find_chromium()
    if program is None:
        pytest.skip(f"no Chromium: {how_to_get_chromium()}")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()
