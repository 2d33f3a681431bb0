"""The errors a user can meet: each is one clear sentence, with the last lines of a log below it where they help."""

from pathlib import Path

from .paths import display_path


class DevError(Exception):
    """Anything `dev.py` reports as a sentence instead of a traceback."""


class SetupError(DevError):
    """A set-up step could not be done."""


class ServerError(DevError):
    """ComfyUI did not start, died, or does not answer."""


class RequestError(DevError):
    """ComfyUI answered a request with an error status."""

    def __init__(self, status: int, body: object, message: str):
        super().__init__(message)
        self.status = status
        self.body = body


class QueueError(RequestError):
    """ComfyUI would not queue a workflow; `node_errors` says which node and why."""

    def __init__(self, status: int, body: object):
        self.node_errors: dict = (body.get("node_errors") or {}) if isinstance(body, dict) else {}
        super().__init__(status, body, self._describe(status, body))

    def _describe(self, status: int, body: object) -> str:
        error = body.get("error") if isinstance(body, dict) else body
        # With node errors, the details only repeat what follows below.
        headline = (
            str(error) if not isinstance(error, dict) else error["message"] if self.node_errors else _sentence(error)
        )
        lines = [f"ComfyUI refused the workflow (HTTP {status}): {headline}"]
        for node_id, node in self.node_errors.items():
            lines += [f"  node {node_id} ({node['class_type']}): {_sentence(e)}" for e in node["errors"]]
        return "\n".join(lines)


class JobTimeoutError(DevError):
    """A queued workflow did not finish in time."""


def last_lines(log: Path, count: int = 20) -> str:
    """The end of a log, indented for showing below a sentence."""
    lines = log.read_text("utf-8", errors="replace").splitlines() if log.exists() else []
    tail = [line for line in lines if line.strip()][-count:]
    return f"The last lines of {display_path(log)}:\n" + "\n".join(f"    {line}" for line in tail or ["(empty)"])


def _sentence(error: dict) -> str:
    message, details = str(error.get("message", "unknown error")), str(error.get("details", ""))
    return f"{message}: {details}" if details and details not in message else message
