"""Speaking HTTP with a ComfyUI on this machine (never through a proxy)."""

import http.client
import json as json_format
import time
from collections.abc import Iterator
from contextlib import contextmanager

from .failures import RequestRefused
from .websocket import WebSocket

LOOPBACK = "127.0.0.1"


class Connection:
    """Requests to `http://127.0.0.1:port`."""

    def __init__(self, port: int):
        self.port = port
        self.url = f"http://{LOOPBACK}:{port}"

    def get(self, path: str, *, timeout: float = 60.0) -> object:
        """The decoded JSON, or the bytes of anything else; RequestRefused on an error status."""
        return _accepted("GET", path, *self.request("GET", path, timeout=timeout))

    def post(self, path: str, json: object = None, *, timeout: float = 60.0) -> object:
        return _accepted("POST", path, *self.request("POST", path, json, timeout=timeout))

    def request(self, method: str, path: str, json: object = None, *, timeout: float = 60.0) -> tuple[int, object]:
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
        socket = WebSocket(LOOPBACK, self.port, f"/ws?clientId={client_id}")
        try:
            yield Events(socket)
        finally:
            socket.close()


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


def _accepted(method: str, path: str, status: int, body: object) -> object:
    if status >= 400:
        text = body.decode("utf-8", "replace") if isinstance(body, bytes) else json_format.dumps(body)
        raise RequestRefused(status, body, f"ComfyUI answered {method} {path} with HTTP {status}: {text[:500]}")
    return body
