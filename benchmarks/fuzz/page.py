"""Documents in the page: strange ones through the scripts of the canvas, in Node.js."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

from devtools import paths
from devtools.node import node_program

from .findings import SECONDS_PER_10_KB, Findings
from .foreign_text import DOCUMENT, damaged_value, foreign_text, json_text

SCRIPT = Path(__file__).with_name("page_documents.mjs")
MAX_LENGTH = 200_000


def documents(count: int, seed: int) -> Iterator[str]:
    chance = random.Random(f"documents {seed}")
    for number in range(count):
        if number % 2:
            yield json_text(chance, damaged_value(chance, DOCUMENT, chance.choice((0.03, 0.1, 0.3))))
        else:
            yield foreign_text(chance, MAX_LENGTH)


def fuzz_documents(count: int, seed: int, tolerance: float = 1.0) -> Findings:
    """tolerance: how many times its bound the time of one may be."""
    lines = "\n".join(json.dumps(document) for document in documents(count, seed))
    limit = tolerance * SECONDS_PER_10_KB
    command = [node_program(), SCRIPT, paths.ROOT / "js" / "core", str(limit)]
    result = subprocess.run(list(map(str, command)), input=lines, capture_output=True, text=True, check=True)
    noted = json.loads(result.stdout)
    findings = Findings(inputs=count)
    for kind in ("tracebacks", "slow"):
        for what in noted[kind]:
            findings.note(kind, "page", what)
    return findings
