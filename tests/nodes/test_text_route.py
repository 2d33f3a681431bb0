"""What the page is answered when it asks for a pasted text to be read."""

import json

import pytest


@pytest.fixture
def answer_to(comfy):
    from flux_regions.nodes.text_route import answer_to

    return answer_to


def test_region_text_becomes_a_document(answer_to):
    answer = answer_to({"text": "base: a street\nbox 0 0 50% 256px: a red car", "width": 512, "height": 512})
    document = json.loads(answer["document"])
    assert document["base_prompt"] == "a street"
    assert document["regions"][0]["prompt"] == "a red car"
    assert document["regions"][0]["shapes"][0]["height"] == 0.5, "pixels are measured by the picture"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ({"text": "middle third: a car", "width": 512, "height": 512}, "Line 1"),
        ({"text": "left half: a car", "width": 5, "height": 512}, "width"),
        ({"text": "left half: a car"}, "Ask with"),
        ({"text": 5, "width": 512, "height": 512}, "Ask with"),
        ({"text": "left half: a car", "width": True, "height": 512}, "width is true; give a number"),
        ({"text": "left half: a car", "width": 512, "height": False}, "height is false; give a number"),
        ({"text": "left half: a car", "width": "512", "height": 512}, 'width is "512"; give a number, without quotes'),
        ({"text": "left half: a car", "width": 512.5, "height": 512}, "width is 512.5; give a whole number"),
        ({"text": "left half: a car", "width": float("nan"), "height": 512}, "width is NaN"),
        ({"text": "left half: a car", "width": float("inf"), "height": 512}, "width is too large"),
        ({"text": "left half: a car", "width": None, "height": 512}, "width is null"),
        ([], "Ask with"),
        (None, "Ask with"),
        ({"text": "left half: a car\n" * 9000, "width": 512, "height": 512}, "characters"),
    ],
)
def test_anything_else_is_answered_with_a_sentence(answer_to, question, words):
    answer = answer_to(question)
    assert list(answer) == ["error"] and words in answer["error"]
