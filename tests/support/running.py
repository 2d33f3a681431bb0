"""Is a process of a test still there?"""

import os
import subprocess


def is_running(pid: int) -> bool:
    """A process that ended but was not waited for (kill -9 of its parent leaves that to init) does not count."""
    if os.name == "nt":
        return str(pid) in subprocess.run(["tasklist", "/fi", f"pid eq {pid}"], capture_output=True, text=True).stdout
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return bool(state) and not state.startswith("Z")
