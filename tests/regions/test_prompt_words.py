"""Whether a prompt says anything, and whether it says what another does, however both are written."""

import time

import pytest
from flux_regions.regions.prompt_words import has_words, word_text


@pytest.mark.parametrize(
    "prompt", ["", "  \n\t", "\u3000", "\u200b", "\u200d\ufeff", "\xa0", "\u202e", ",", " , .", "…", "()", "\x00", "\ud800"]
)  # fmt: skip
def test_what_nobody_can_read_has_no_words(prompt):
    assert word_text(prompt) == "" and not has_words(prompt)


@pytest.mark.parametrize("prompt", ["a", "霧", "🐉", "👩\u200d🚀", "5", "é", "غيم", "+", "หมอก"])
def test_what_somebody_can_read_has_words(prompt):
    assert has_words(prompt)


@pytest.mark.parametrize(
    "prompt, phrase, holds",
    [
        ("a fox, Grey  Fog.", "grey fog", True),
        ("a fox in grey fog", "grey fog.", True),
        ("a fox,grey\nfog", "GREY FOG", True),
        ("a fox, grey-fog", "grey fog", True),
        ("(a fox, grey fog:1.3)", "grey fog", True),
        ("a fox, (grey fog:0.9)", "(grey fog:1.2)", True),
        ("a fox, grey fog", "((grey fog))", True),
        ("a cathedral", "cat", False),
        ("a foggy wood", "fog", False),
        ("fog, all grey", "grey fog", False),
        ("a fox, STRASSE", "Straße", True),
        ("a cafe\u0301", "caf\u00e9", True),
        ("a fox, \uff47\uff52\uff45\uff59 fog", "grey fog", True),
        ("a fox, grey\u200b fog\ufeff", "grey fog", True),
        ("狐、霧の中", "霧", True),
        ("狐。", "霧", False),
        ("a dog at 12:30", "12:30", True),
        ("a fox", "", True),
    ],
)
def test_a_prompt_holds_a_phrase_by_its_words(prompt, phrase, holds):
    assert (word_text(phrase) in word_text(prompt)) == holds


@pytest.mark.parametrize(
    "piece", ["(", ":1.", "a ", "\u0301", "霧", ": ", ":1" + " " * 50, "\ud800", "1", " ", ".", "1."]
)
@pytest.mark.parametrize("start", ["", ":", ":1"])
def test_long_prompts_are_read_in_one_pass(start, piece):
    prompt = start + piece * (200_000 // len(piece))
    started = time.process_time()
    word_text(prompt)
    assert time.process_time() - started < 1
