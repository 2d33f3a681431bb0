"""python dev.py bench fuzz: strange input, by chance, for whatever reads foreign text.

All parsers of region text, documents, legends, layouts, boxes, SEGS and a planner's answers; POST /prompt of a real
server on the CPU with every node; answers of a hostile chat server; documents in the canvas's scripts. Counts
exceptions other than sentences, statuses of 500, messages in Python's own words, and inputs that take longer than 0.2 s
of the processor for each 10 KB. The last line of output is the JSON.
"""

from __future__ import annotations

import argparse
import json
import sys

from devtools.server import ComfyServer

from .chat import fuzz_answers
from .findings import Findings
from .page import fuzz_documents
from .parsers import fuzz_parsers
from .posts import fuzz_posts

COUNTS = {
    "parsers": (50_000, 3000, "inputs of parsers"),
    "posts": (2000, 150, "posts to POST /prompt"),
    "answers": (200, 8, "answers of the chat server"),
    "documents": (4000, 200, "documents in the page's scripts"),
}
"""Of each kind of input: how many, how many in a short run, and what they are."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py bench fuzz", description=__doc__.splitlines()[0])
    for name, (default, short, meaning) in COUNTS.items():
        parser.add_argument(f"--{name}", type=int, help=f"how many {meaning} (default {default}, short {short})")
    parser.add_argument("--short", action="store_true", help="fewer of all: a look before a commit")
    parser.add_argument("--seed", type=int, default=0, help="of all of them (default 0)")
    parser.add_argument(
        "--tolerance", type=float, default=1.0, help="how many times its bound a time may be (default 1)"
    )
    options = parser.parse_args()
    for name, (default, short, _) in COUNTS.items():
        if getattr(options, name) is None:
            setattr(options, name, short if options.short else default)
    figures = fuzz(options)
    print(json.dumps(figures))
    return 1 if any(figures[kind] for kind in ("tracebacks", "status_500", "type_errors", "slow")) else 0


def fuzz(options: argparse.Namespace) -> dict:
    """Counts of inputs, of findings by kind, and the times of fuzz_answers. options: of the command line."""
    parsed = _told("parser inputs", fuzz_parsers(options.parsers, options.seed, options.tolerance))
    page = _told("documents in the page", fuzz_documents(options.documents, options.seed, options.tolerance))
    with ComfyServer(["--disable-api-nodes"]) as server:
        posts, ends = fuzz_posts(server, options.posts, options.seed)
        _told("posts", posts)
        print(
            f"  {ends['accepted']} of them ran, {ends['errors']} of these ended with an error of the pack", flush=True
        )
        chat = fuzz_answers(server, options.answers, options.seed)
        answers = _told("chat answers", chat.findings)
    print(
        f"  /system_stats: {chat.stats_idle_s:.3f} s while idle, at most {chat.stats_worst_s:.3f} s while a hostile answer is "
        f"worked on ({chat.stats_worst_answer}); from an interrupt to the end of the job at most "
        f"{chat.interrupt_worst_s:.3f} s",
        flush=True,
    )
    parts = (parsed, page, posts, answers)
    return {
        "parsers": parsed.inputs,
        "posts": posts.inputs,
        "answers": answers.inputs,
        "documents": page.inputs,
        "seed": options.seed,
        **{
            kind: sum(getattr(part, kind) for part in parts)
            for kind in ("tracebacks", "status_500", "type_errors", "slow")
        },
        "stats_idle_s": round(chat.stats_idle_s, 3),
        "stats_worst_s": round(chat.stats_worst_s, 3),
        "interrupt_worst_s": round(chat.interrupt_worst_s, 3),
    }


def _told(what: str, findings: Findings) -> Findings:
    """The findings, printed."""
    print(
        f"{findings.inputs} {what}: {findings.tracebacks} tracebacks, {findings.status_500} times status 500, "
        f"{findings.type_errors} Python type errors, {findings.slow} slow",
        flush=True,
    )
    for kind, where, example in findings.examples:
        print(f"  {kind} in {where}: {example}", flush=True)
    return findings


if __name__ == "__main__":
    sys.exit(main())
