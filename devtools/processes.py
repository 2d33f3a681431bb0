"""Child processes that never outlive us: not after an error, Ctrl+C, SIGTERM, nor (on Linux) kill -9."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType
from typing import NoReturn

WINDOWS = os.name == "nt"
PR_SET_PDEATHSIG = 1


def exit_on_signals() -> None:
    """Turn SIGTERM and SIGHUP into SystemExit, so that every `with` and `finally` gets to stop what it started."""

    def leave(number: int, _frame: FrameType | None) -> NoReturn:
        signal.signal(number, signal.SIG_IGN)  # asked twice, we still finish the clean-up
        raise SystemExit(128 + number)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:  # nohup ignores SIGHUP: so do we
            signal.signal(number, leave)


def start(command: Sequence[str | os.PathLike], *, own_group: bool = False, **options) -> subprocess.Popen:
    """Start a child that dies with us. own_group: a Ctrl+C in the terminal reaches only us, and we stop the child.

    On Linux the child is tied to the calling thread: start it from one that lives as long as the child should.
    """
    if own_group and sys.platform == "win32":
        options["creationflags"] = subprocess.CREATE_NEW_PROCESS_GROUP
    elif own_group:
        options["start_new_session"] = True
    # What leads its own group is not ours to reason with once we are gone; anything else may still clean up.
    exit_signal = getattr(signal, "SIGKILL", signal.SIGTERM) if own_group else signal.SIGTERM
    return subprocess.Popen([os.fspath(part) for part in command], preexec_fn=_die_with_parent(exit_signal), **options)


def stop(process: subprocess.Popen, *, grace: float = 5.0) -> None:
    """Ask the child to end, and kill it (with its group, if it leads one) when it has not after `grace` seconds."""
    for signal_number in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        if process.poll() is not None:
            return
        _send(process, signal_number)
        try:
            process.wait(grace)
        except subprocess.TimeoutExpired:
            continue


def run(command: Sequence[str | os.PathLike], **options) -> int:
    """Run a child to its end and return its exit code; if we are told to stop, the child is stopped first."""
    process = start(command, **options)
    try:
        return process.wait()
    except KeyboardInterrupt:
        # The terminal sent the same Ctrl+C to the child: let it finish its own clean-up.
        with suppress(KeyboardInterrupt, subprocess.TimeoutExpired):
            process.wait(15)
        raise
    finally:
        stop(process, grace=15)


def _send(process: subprocess.Popen, number: int) -> None:
    with suppress(ProcessLookupError):
        if not WINDOWS and os.getpgid(process.pid) == process.pid:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)


def _die_with_parent(number: int) -> Callable[[], None] | None:
    """For Linux: have the kernel send the child this signal when its parent dies, however that comes about."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up before the fork: little may be done after it
    return lambda: prctl(PR_SET_PDEATHSIG, number)
