"""Just enough of a WebSocket client (RFC 6455) to listen to ComfyUI on this machine."""

import base64
import os
import socket
import struct

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA


class WebSocket:
    """A connection to `ws://address:port/path`, read with `receive`."""

    def __init__(self, address: str, port: int, path: str, *, timeout: float = 30.0):
        self._socket = socket.create_connection((address, port), timeout)
        self._stream = self._socket.makefile("rb")
        try:
            self._shake_hands(f"{address}:{port}", path)
        except BaseException:
            self.close()
            raise

    def receive(self, timeout: float) -> str | bytes:
        """The next message, text or binary. TimeoutError after `timeout` s, ConnectionError when the server is gone."""
        self._socket.settimeout(max(timeout, 0.001))
        parts: list[bytes] = []
        kind = TEXT
        while True:
            final, opcode, payload = self._read_frame()
            if opcode == CLOSE:
                raise ConnectionError("the server closed the connection")
            if opcode == PING:
                self._send_frame(PONG, payload)
                continue
            if opcode == PONG:
                continue
            kind = opcode or kind  # 0 continues the message under way
            parts.append(payload)
            if final:
                message = b"".join(parts)
                return message.decode("utf-8") if kind == TEXT else message

    def close(self) -> None:
        self._stream.close()
        self._socket.close()

    def _shake_hands(self, host: str, path: str) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        request = (
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        self._socket.sendall(request.encode("ascii"))
        status = self._stream.readline().decode("latin-1").strip()
        if " 101 " not in f"{status} ":
            raise ConnectionError(f"no WebSocket at {host}{path}: the server answered {status!r}")
        while self._stream.readline().strip():
            pass

    def _read_frame(self) -> tuple[bool, int, bytes]:
        first, second = self._read(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", self._read(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self._read(8))
        return bool(first & 0x80), first & 0x0F, self._read(length)

    def _send_frame(self, opcode: int, payload: bytes) -> None:
        """Send a control frame (payload under 126 bytes); what a client sends must be masked."""
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        self._socket.sendall(bytes([0x80 | opcode, 0x80 | len(payload)]) + mask + masked)

    def _read(self, count: int) -> bytes:
        data = self._stream.read(count)
        if len(data) < count:
            raise ConnectionError("the server closed the connection")
        return data
