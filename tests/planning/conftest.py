"""A chat server for the tests: real HTTP on this machine, which behaves as each test says and records its requests."""

import json
import threading
import time
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

KEY = "sk-a-key-that-must-stay-secret-8472"
FOX = {"name": "fox", "prompt": "a red fox", "box": {"x": 0, "y": 0.5, "width": 0.5, "height": 0.5}}
WELL = {"name": "well", "prompt": "an old well", "box": {"x": 0.5, "y": 0.25, "width": 0.5, "height": 0.75}}
PLAN = {"base_prompt": "a fox and a well", "background_prompt": "snow", "regions": [FOX, WELL]}


class ChatServer:
    """replies: what to do with each request in turn, the last for all further ones: a text is what the model says, a
    function gets the handler. requests: (path, headers, JSON) of each so far. asked: set when the first one is here.
    client_gone: set when a client goes away.
    """

    def __init__(self):
        self.requests, self.replies = [], [json.dumps(PLAN)]
        self.asked, self.client_gone = threading.Event(), threading.Event()
        chat = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                chat.requests.append((self.path, dict(self.headers), body))
                chat.asked.set()
                reply = chat.replies[min(len(chat.requests), len(chat.replies)) - 1]
                if callable(reply):
                    reply(self)
                else:
                    self.send(
                        {"choices": [{"message": {"role": "assistant", "content": reply}, "finish_reason": "stop"}]}
                    )

            do_GET = do_POST

            def send(self, body, status=200, kind="application/json", **headers):
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def wait_for_the_client_to_go(self):
                self.connection.settimeout(120)
                if self.connection.recv(1) == b"":
                    chat.client_gone.set()
                self.close_connection = True

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/v1"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def status(code, body, kind="application/json", **headers):
    return lambda handler: handler.send(body, code, kind, **headers)


def hang(handler):
    handler.wait_for_the_client_to_go()


def trickle(handler):
    """A reply that never ends, a byte at a time."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b" ")
            time.sleep(0.05)
    except OSError:
        handler.close_connection = True


def flood(handler):
    """Megabytes, far beyond any plan."""
    handler.send_response(200)
    handler.end_headers()
    handler.close_connection = True
    try:
        for _ in range(400):
            handler.wfile.write(b"x" * 65536)
    except OSError:
        pass


def break_off(handler):
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [')
    handler.close_connection = True


def endless_headers(handler):
    handler.close_connection = True
    try:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(100_000):
            handler.wfile.write(b"X-%d: %s\r\n" % (number, b"x" * 500))
    except OSError:
        pass


def gzip_bomb(handler):
    """A few kilobytes that unpack to 64 MB, from a server that does not care what is asked for."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush(zlib.Z_FULL_FLUSH)
    handler.send(packed, **{"Content-Encoding": "gzip"})
    handler.close_connection = True


def no_http(handler):
    handler.wfile.write(b"220 mail.example.org ESMTP\r\n")
    handler.close_connection = True


class Behavior:
    """How the chat server may answer, for tests that cannot import this file."""

    status, hang, trickle, flood = staticmethod(status), staticmethod(hang), staticmethod(trickle), staticmethod(flood)
    break_off, no_http = staticmethod(break_off), staticmethod(no_http)
    endless_headers, gzip_bomb = staticmethod(endless_headers), staticmethod(gzip_bomb)


@pytest.fixture
def chat_server():
    server = ChatServer()
    yield server
    server.close()


@pytest.fixture
def other_server():
    server = ChatServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def behave():
    return Behavior


@pytest.fixture(scope="session")
def key():
    return KEY


@pytest.fixture
def plan():
    """A good plan, as the model is asked for it; its own copy for each test."""
    return json.loads(json.dumps(PLAN))
