"""The fuzzer: it finds what it is to find, repeats itself with its seed, and a short one finds nothing in the pack."""

import time

import pytest

from benchmarks.fuzz.chat import answers, fuzz_answers
from benchmarks.fuzz.findings import Findings
from benchmarks.fuzz.page import documents, fuzz_documents
from benchmarks.fuzz.parsers import TEXT_PARSERS, fuzz_parsers, parser_inputs
from benchmarks.fuzz.posts import NodeClass, fuzz_posts, graphs

pytestmark = pytest.mark.slow

TOLERANCE = 10
CLASSES = {"FluxRegions_FromBox": NodeClass({"x": ["FLOAT", {"default": 0.0}], "regions": ["FLUX_REGIONS", {}]}, 1)}


def work(seconds):
    """Of the processor."""
    started = time.thread_time()
    while time.thread_time() - started < seconds:
        pass


def raising(error):
    def parse():
        raise error

    return parse


@pytest.mark.parametrize(
    "error, kind",
    [
        (TypeError("'<=' not supported between instances of 'int' and 'str'"), "tracebacks"),
        (ValueError("could not convert string to float: 'a'"), "type_errors"),
        (ValueError("could not convert string to float: 'a'"), "tracebacks"),
        (ValueError("x is 'NoneType' object."), "type_errors"),
        (ValueError("line 1\n[ERROR] forged."), "tracebacks"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no text."), "tracebacks"),
        (RecursionError("maximum recursion depth exceeded"), "tracebacks"),
    ],
)
def test_what_is_no_sentence_of_the_pack_is_counted(error, kind):
    findings = Findings()
    findings.try_input("here", raising(error), 1, 1.0, "x")
    assert getattr(findings, kind) == 1 and findings.examples[0][1] == "here"


def test_a_sentence_is_not_counted_and_what_takes_too_long_is():
    findings = Findings()
    findings.try_input("here", raising(ValueError("x is 5; give a number from 0 to 1.")), 1, 1.0, 5)
    assert findings == Findings(inputs=1)
    findings.try_input("here", lambda: work(0.03), 10_000, 0.1, "")
    assert findings.slow == 1
    findings.try_input("here", lambda: work(0.03), 100_000, 0.1, "")
    assert findings.slow == 1, "a long input may take longer"


def test_a_time_that_is_not_repeated_is_that_of_a_busy_computer():
    waits, findings = iter([0.05, 0, 0]), Findings()
    findings.try_input("here", lambda: work(next(waits)), 1, 0.1, "")
    assert findings.slow == 0


@pytest.mark.parametrize(
    "inputs",
    [
        lambda seed: [repr(value) for *_, value in parser_inputs(200, seed)],
        lambda seed: list(documents(50, seed)),
        lambda seed: list(answers(40, seed)),
        lambda seed: [repr(graph) for graph in graphs(CLASSES, 50, seed)],
    ],
    ids=["parsers", "documents", "answers", "posts"],
)
def test_a_seed_gives_the_same_inputs_again_and_another_seed_others(inputs):
    assert inputs(1) == inputs(1) != inputs(2)


def test_a_part_of_the_texts_is_read_so_that_the_parsers_are_tried_beyond_their_first_check():
    accepted = dict.fromkeys(TEXT_PARSERS, 0)
    for name, call, _, _ in parser_inputs(2000, 3):
        try:
            call()
        except ValueError:
            continue
        if name in accepted:
            accepted[name] += 1
    assert all(accepted.values()), accepted


def test_three_thousand_inputs_bring_nothing_but_sentences_out_of_the_parsers():
    findings = fuzz_parsers(3000, seed=0, tolerance=TOLERANCE)
    assert findings == Findings(inputs=3000)


def test_documents_bring_nothing_but_sentences_out_of_the_page():
    assert fuzz_documents(200, seed=0, tolerance=TOLERANCE) == Findings(inputs=200)


@pytest.mark.server
def test_posts_bring_nothing_but_sentences_out_of_the_server(server):
    findings, ends = fuzz_posts(server, 200, seed=5)
    assert findings == Findings(inputs=200)
    assert ends["accepted"] > ends["errors"] > 0, "some run, and some of those end in a sentence"


@pytest.mark.server
def test_chat_answers_bring_sentences_and_neither_a_frozen_server_nor_a_deaf_node(server):
    figures = fuzz_answers(server, 8, seed=5)
    assert figures.findings == Findings(inputs=8)
    assert figures.stats_worst_s < TOLERANCE * 0.3
    assert figures.interrupt_worst_s < TOLERANCE * 1
