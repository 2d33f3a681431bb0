"""Chat answers: a server on this machine that says whatever it is asked to, and what the pack's node makes of it."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from statistics import median
from typing import NamedTuple

from devtools.job import JobResult
from devtools.server import ComfyServer

from .findings import Findings, is_printable
from .foreign_text import CHAT, PLAN, TOKENS, damaged_value, foreign_text, json_text

MAX_ANSWER = 199_000
"""Characters: of what is longer, nothing is read (planning/answer.py)."""
MAX_BODY = 990_000
"""Bytes: of what is longer, the rest is not read (planning/chat.py)."""
REPEATS = 2
"""A hostile answer is tried so often, and counts with the better of its worst times: behind a job, ten seconds after
the last time, the host collects garbage, in which nothing answers for up to a second."""
POLL_EVERY = 0.02
"""Seconds between two looks at /system_stats."""

REPEATED = {
    "escaped quotes": ("{" * 50 + '"', '\\"'),
    "comments": ("{", "/* "),
    "braces": ("", "{"),
    "objects in objects": ("", '{"a":'),
    "lists in an object": ('{"regions": ', "["),
    "quotes": ('{"', '"'),
    "empty objects": ("", '{"regions": []} '),
    "thoughts": ("", "<think>"),
    "ends of thoughts": ("", "</think>{"),
    "channels": ("", "<|channel|>analysis "),
    "digits": ('{"regions": ', "9"),
    "backslashes": ('{"a": "', "\\"),
    "half characters": ('{"regions": "', "\ud800"),
    "blanks": ("{", " "),
    "boxes": ('{"regions": [', '{"prompt": "a", "box": [0, 0, 9, 9]}, '),
}
"""What begins an answer, and what it then repeats up to the limit."""


class Answer(NamedTuple):
    """name: for people. body: of the HTTP response; None: it never comes. is_hostile: made to take long."""

    name: str
    body: bytes | None
    status: int = 200
    is_hostile: bool = False


def _said(content: object) -> bytes:
    return json.dumps({"choices": [{"message": {"content": content}, "finish_reason": "stop"}]}).encode()


def answers(count: int, seed: int) -> Iterator[Answer]:
    """Hostile ones, up to half of all and each once, then damaged plans, replies and bytes."""
    chance = random.Random(f"answers {seed}")
    hostile = [
        Answer(name, _said((start + piece * MAX_ANSWER)[:MAX_ANSWER]), is_hostile=True)
        for name, (start, piece) in REPEATED.items()
    ]
    hostile.append(Answer("a deep body", (b'{"choices": ' + b"[" * MAX_BODY)[:MAX_BODY], is_hostile=True))
    hostile.append(Answer("a long error", json.dumps({"error": "\x1b[31m\n" * 90_000}).encode()[:MAX_BODY], 404, True))
    hostile.append(Answer("too long", b" " * (MAX_BODY + 100_000), is_hostile=True))
    hostile = hostile[: (count + 1) // 2]
    yield from hostile
    for number in range(count - len(hostile)):
        kind = chance.choice(("plan", "plan", "text", "reply", "bytes"))
        if kind == "plan":
            plan = json_text(chance, damaged_value(chance, PLAN, chance.choice((0.05, 0.4))))
            words = ("", "Here it is:\n```json\n", "<think>a {draft}</think>", foreign_text(chance, 200))
            body = _said(chance.choice(words) + plan + chance.choice(("", "\n```", " Done.", chance.choice(TOKENS))))
        elif kind == "text":
            body = _said(foreign_text(chance, MAX_ANSWER))
        elif kind == "reply":
            body = json_text(chance, damaged_value(chance, CHAT, 0.4)).encode("utf-8", "replace")
        else:
            body = foreign_text(chance, 20_000).encode("utf-8", "surrogatepass") + chance.randbytes(
                chance.randint(0, 99)
            )
        status = chance.choice((200, 200, 200, 200, 302, 400, 401, 404, 422, 429, 500))
        yield Answer(f"{kind} {number}", body, status)


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address) -> None:
        """Clients that go away in the middle are what is tried here."""


class ChatServer:
    """Answers each request with the body that the asked model's name, a number, stands for."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.asked = threading.Event()
        chat = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                answer = chat.answers[int(request["model"])]
                chat.asked.set()
                if answer.body is None:
                    self.connection.settimeout(60)
                    self.connection.recv(1)  # until the client goes
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *_) -> None:
                pass

        self._server = _QuietServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> ChatServer:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self._server.shutdown()
        self._server.server_close()


class ChatFigures(NamedTuple):
    """stats_idle_s: the median time of /system_stats while nothing runs. stats_worst_s: the longest while an answer is
    worked on, and stats_worst_answer its name. interrupt_worst_s: from an interrupt to the end of the job.
    """

    findings: Findings
    stats_idle_s: float
    stats_worst_s: float
    stats_worst_answer: str
    interrupt_worst_s: float


def fuzz_answers(server: ComfyServer, count: int, seed: int) -> ChatFigures:
    """Each answer goes through the node; the hostile ones, and one that never comes, once more with an interrupt."""
    findings = Findings()
    with ChatServer() as chat:
        chat.answers = [*answers(count, seed), Answer("no answer", None, is_hostile=True)]
        idle = median(_seconds(lambda: server.get("/system_stats")) for _ in range(20))
        worst = (0.0, "")
        for number, answer in enumerate(chat.answers[:-1]):
            findings.inputs += 1
            slowest = []
            for repeat in range(REPEATS if answer.is_hostile else 1):
                with _polled(server, chat.asked) as polls:
                    result = server.queue(_graph(chat, number, REPEATS * seed + repeat), timeout=120)
                slowest.append(max(polls))
            _note_end(findings, result, answer)
            worst = max(worst, (min(slowest), answer.name)) if answer.is_hostile else worst
        hostile = [number for number, answer in enumerate(chat.answers) if answer.is_hostile]
        interrupts = [
            min(_seconds_to_end(server, chat, _graph(chat, number, REPEATS * (seed + 1) + n)) for n in range(REPEATS))
            for number in hostile
        ]
    return ChatFigures(findings, idle, *worst, max(interrupts))


def _graph(chat: ChatServer, number: int, seed: int) -> dict:
    inputs = {"prompt": "a fox", "base_url": chat.url, "model": str(number), "max_regions": 8, "seed": seed}
    return {
        "plan": {"class_type": "FluxRegions_Plan", "inputs": {**inputs, "time_limit": 100}},
        "show": {"class_type": "PreviewAny", "inputs": {"source": ["plan", 1]}},
    }


def _note_end(findings: Findings, result: JobResult, answer: Answer) -> None:
    where, error = f"answer ({answer.name})", result.error
    if error is None:
        return
    message = error["exception_message"].strip()
    findings.note_message(where, message, answer.body)
    if error["exception_type"] != "ValueError" or not is_printable(message):
        findings.note("tracebacks", where, f"{error['exception_type']}: {message[:300]!a} <- {answer.body!r}"[:800])


@contextmanager
def _polled(server: ComfyServer, asked: threading.Event) -> Iterator[list[float]]:
    """How long each look at /system_stats took in the meantime, from when the chat server was asked."""
    times, ended = [0.0], threading.Event()
    asked.clear()

    def poll() -> None:
        asked.wait(60)
        while not ended.wait(POLL_EVERY):
            times.append(_seconds(lambda: server.get("/system_stats")))

    thread = threading.Thread(target=poll)
    thread.start()
    try:
        yield times
    finally:
        ended.set()
        asked.set()
        thread.join()


def _seconds_to_end(server: ComfyServer, chat: ChatServer, graph: dict) -> float:
    """From an interrupt, just after the chat server was asked, to the end of the job; 0 where it had ended before."""
    chat.asked.clear()
    interrupted_at = []

    def interrupt() -> None:
        if chat.asked.wait(60):
            time.sleep(0.1)  # the answer is there, and being read
            interrupted_at.append(time.perf_counter())
            server.interrupt()

    thread = threading.Thread(target=interrupt)
    thread.start()
    result = server.queue(graph, timeout=120)
    ended_at = time.perf_counter()
    thread.join()  # an interrupt on its way must not hit the next job
    return ended_at - interrupted_at[0] if result.interrupted else 0.0


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
