"""Waiting in tests: until a condition holds, never for a fixed time."""

import time
from collections.abc import Callable
from typing import TypeVar

import pytest

Value = TypeVar("Value")


def wait_for(condition: Callable[[], Value], seconds: float = 60.0) -> Value:
    """The first true value of `condition`; the test fails when there is none within `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.02)
    pytest.fail(f"not within {seconds:g} seconds")
