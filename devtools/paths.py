"""Where things lie: the repository and its git-ignored cache `.dev/`."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEV = ROOT / ".dev"
VENV = DEV / "venv"
COMFYUI = DEV / "comfyui"
COMFY_CLI = DEV / "comfy-cli"
CHAT_MODEL = DEV / "chat-model"
NPM_TOOLS = DEV / "npm"
LOGS = DEV / "logs"
RUNS = DEV / "run"
WORKFLOWS = ROOT / "workflows"


def display_path(path: Path) -> str:
    """A path as people want to read it: relative to the repository where it lies inside."""
    try:
        return str(path.relative_to(ROOT))
    except ValueError:
        return str(path)
