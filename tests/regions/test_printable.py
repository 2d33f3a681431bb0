"""Foreign words on one line, without anything that steers a terminal or a log; every script stays."""

import unicodedata

import pytest
from flux_regions.regions.printable import printable, short_list, whole_characters
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "words, shown",
    [
        ("a\n[ERROR] forged", "a [ERROR] forged"),
        ("\x1b[31mred\x07", "[31mred"),
        ("right\u202eleft", "rightleft"),
        ("\ud800", "?"),
        ("猫🐉 звезда é ü 👩‍🚀", "猫🐉 звезда é ü 👩‍🚀"),
        ("x" * 50, "x" * 40 + "..."),
        (3, "3"),
    ],
)
def test_words_are_shown_so(words, shown):
    assert printable(words, 40) == shown


@given(st.text(st.characters(codec=None)), st.integers(1, 50))
def test_any_words_end_on_one_short_line_that_can_be_written_down(words, most):
    shown = printable(words, most)
    assert len(shown) <= most + 3 and shown.splitlines() in ([shown], [])
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cs", "Zl", "Zp"}
    shown.encode()


@given(st.text(st.characters(codec=None)))
def test_whole_characters_can_be_encoded_and_whole_ones_stay(words):
    whole_characters(words).encode()
    assert whole_characters(whole_characters(words)) == whole_characters(words)
    assert whole_characters("a 🐉") == "a 🐉"


def test_a_short_list_says_how_many_it_leaves_out():
    assert [short_list(list("abcd"[:count]), 2) for count in range(5)] == [
        "", "a", "a, b", "a, b and 1 more", "a, b and 2 more",
    ]  # fmt: skip
