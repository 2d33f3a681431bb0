"""HTTP to a ComfyUI on this machine (never through a proxy), and the free ports it may listen on."""

import http.client
import json as json_format
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .errors import RequestError
from .processes import WINDOWS
from .websocket import WebSocket

LOOPBACK = "127.0.0.1"


class Connection:
    """Requests to `http://127.0.0.1:port`."""

    def __init__(self, port: int):
        self.port = port
        self.url = f"http://{LOOPBACK}:{port}"

    def get(self, path: str, *, timeout: float = 60.0) -> Any:
        """The decoded JSON, or the bytes of anything else; RequestError on an error status."""
        return _accepted("GET", path, *self.request("GET", path, timeout=timeout))

    def post(self, path: str, json: object = None, *, timeout: float = 60.0) -> Any:
        return _accepted("POST", path, *self.request("POST", path, json, timeout=timeout))

    def request(self, method: str, path: str, json: object = None, *, timeout: float = 60.0) -> tuple[int, Any]:
        """Status and body, whatever the status."""
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=timeout)
        try:
            body = None if json is None else json_format.dumps(json)
            connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
            response = connection.getresponse()
            data = response.read()
            is_json = response.getheader("Content-Type", "").startswith("application/json")
            return response.status, json_format.loads(data) if is_json and data else data
        finally:
            connection.close()

    def answers(self, path: str) -> bool:
        try:
            return self.request("GET", path, timeout=5.0)[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    @contextmanager
    def events(self, client_id: str) -> Iterator["Events"]:
        web_socket = WebSocket(LOOPBACK, self.port, f"/ws?clientId={client_id}")
        try:
            yield Events(web_socket)
        finally:
            web_socket.close()


class Events:
    """What ComfyUI tells one client over its WebSocket; previews (binary) are passed over."""

    def __init__(self, socket: WebSocket):
        self._socket = socket

    def next(self, deadline: float) -> tuple[str, dict]:
        """The next event's name and data; TimeoutError once `time.monotonic()` passes `deadline`."""
        while True:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise TimeoutError
            message = self._socket.receive(remaining)
            if isinstance(message, str):
                event = json_format.loads(message)
                return event["type"], event.get("data") or {}


def free_port() -> int:
    """A loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        if not WINDOWS:  # there, it would allow taking a port that is in use
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _accepted(method: str, path: str, status: int, body: Any) -> Any:
    if status >= 400:
        text = body.decode("utf-8", "replace") if isinstance(body, bytes) else json_format.dumps(body)
        raise RequestError(status, body, f"ComfyUI answered {method} {path} with HTTP {status}: {text[:500]}")
    return body
