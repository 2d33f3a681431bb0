"""The WebSocket client reads what a server may send: long, split, binary, pings, and the end."""

import socket
import struct
import threading
import time
from contextlib import suppress

import pytest

from devtools.websocket import WebSocket


def frame(opcode: int, payload: bytes, *, final: bool = True) -> bytes:
    length = len(payload)
    if length < 126:
        size = bytes([length])
    elif length < 1 << 16:
        size = bytes([126]) + struct.pack("!H", length)
    else:
        size = bytes([127]) + struct.pack("!Q", length)
    return bytes([(0x80 if final else 0) | opcode]) + size + payload


@pytest.fixture
def connect():
    """A server that shakes hands, sends these bytes, and keeps what it is sent."""
    listener = socket.create_server(("127.0.0.1", 0))
    received = []
    opened = []

    def connect(sent: bytes, status: str = "101 Switching Protocols") -> tuple[WebSocket, list[bytes]]:
        def serve() -> None:
            peer, _ = listener.accept()
            opened.append(peer)
            peer.recv(4096)
            peer.sendall(f"HTTP/1.1 {status}\r\nUpgrade: websocket\r\n\r\n".encode() + sent)
            with suppress(OSError):  # the test is over
                while data := peer.recv(4096):
                    received.append(data)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        client = WebSocket("127.0.0.1", listener.getsockname()[1], "/ws")
        opened.append(client)
        return client, received

    yield connect
    for thing in (*opened, listener):
        thing.close()


@pytest.mark.parametrize("length", [0, 125, 126, 65535, 65536, 300_000])
def test_text_of_any_length(connect, length):
    client, _ = connect(frame(1, b"x" * length))
    assert client.receive(5) == "x" * length


def test_a_message_in_parts_with_a_ping_between(connect):
    sent = frame(1, "gr\u00fc".encode(), final=False) + frame(9, b"there?") + frame(0, "\u00dfe".encode())
    client, received = connect(sent + frame(2, b"\x00\x01"))
    assert client.receive(5) == "gr\u00fc\u00dfe"
    assert client.receive(5) == b"\x00\x01"
    deadline = time.monotonic() + 60
    while len(pong := b"".join(received)) < 2 + 4 + 6 and time.monotonic() < deadline:
        time.sleep(0.01)  # the other thread is still reading
    mask, masked = pong[2:6], pong[6:]
    assert (pong[0], pong[1]) == (0x8A, 0x80 | 6)
    assert bytes(byte ^ mask[i % 4] for i, byte in enumerate(masked)) == b"there?"


def test_the_servers_farewell_is_a_connection_error(connect):
    client, _ = connect(frame(8, b""))
    with pytest.raises(ConnectionError):
        client.receive(5)


def test_silence_is_a_timeout(connect):
    client, _ = connect(b"")
    with pytest.raises(TimeoutError):
        client.receive(0.05)


def test_a_server_that_speaks_no_websocket_is_refused_clearly(connect):
    with pytest.raises(ConnectionError, match=r"the server answered 'HTTP/1\.1 404 Not Found'"):
        connect(b"", status="404 Not Found")
