"""Work that a test counts, so that no clock and no other process has a say in it."""

import sys
from collections.abc import Callable


def lines_run(call: Callable[[], object]) -> int:
    """How many lines and calls Python runs in call, as its tracing reports them; what C code does is not counted."""
    count = 0

    def trace(frame, event, argument):
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return count
