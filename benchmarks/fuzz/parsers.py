"""Every parser of foreign text or values, and strange input for it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import NamedTuple

import torch
from flux_regions.planning import KEY_HOST_VARIABLE, KEY_VARIABLE, endpoint_at, read_answer
from flux_regions.planning.answer import plan_in
from flux_regions.planning.endpoint import Endpoint
from flux_regions.planning.reply import Reply, model_text
from flux_regions.regions import (
    BOX_ORDERS,
    BOX_UNITS,
    WRITTEN_FORMATS,
    BoxConvention,
    Region,
    RegionSet,
    TokenGrid,
    coverage,
    name_list,
    prompt_list,
    read_boxes,
    read_document,
    read_layout,
    read_legend,
    read_text,
    surroundings_are_named,
    write_document,
    write_layout,
    write_text,
)
from flux_regions.regions.layouts.element import Element
from flux_regions.regions.printable import printable, whole_characters
from flux_regions.regions.prompt_words import word_text
from flux_regions.reports.region_report import report
from PIL import ImageColor

from .findings import Findings, is_printable
from .foreign_text import (
    CHAT,
    DOCUMENT,
    LAYOUTS,
    LEGEND,
    PLAN,
    REGION_TEXT,
    TAGGED_BOXES,
    damaged_value,
    foreign_text,
    foreign_value,
    json_text,
)

MAX_LENGTH = 100_000
NETLOC, KEY, ADDRESS = "127.0.0.1:1", "sk-abcdefghijklmnop", "http://127.0.0.1:11434/v1"
ENDPOINT = Endpoint(f"http://{NETLOC}/", NETLOC, KEY)
PIXELS = BoxConvention((1024, 768), "auto", "auto")
NAMED = RegionSet(regions=(Region("ship"), Region("2"), Region("ship")))


def _rgb(text: str) -> tuple[int, int, int]:
    red, green, blue = ImageColor.getrgb("".join(text.split()))[:3]
    return red, green, blue


def _written_again(regions: RegionSet) -> None:
    """What was read can be written, and read again."""
    read_document(write_document(regions))


def _drawn(regions: RegionSet) -> None:
    """What was read can be written, and be seen: every region, or a sentence says why not."""
    _written_again(regions)
    covered = coverage(regions, TokenGrid.of_picture(64, 48))
    assert torch.isfinite(covered).all() and ((covered >= 0) & (covered <= 1)).all()
    report(regions, TokenGrid.of_picture(64, 48))


def _layouts() -> tuple[str, ...]:
    """One text in each of the notations."""
    regions, _ = read_layout(LAYOUTS[0], PIXELS)
    regions = replace(regions, canvas=PIXELS.size)
    return (*(write_layout(regions, name)[0] for name in WRITTEN_FORMATS), *TAGGED_BOXES)


def _text_again(regions: RegionSet) -> None:
    _written_again(regions)
    read_text(write_text(regions), 1024, 768)


class TextParser(NamedTuple):
    """usual: examples of what it reads."""

    parse: Callable[[str], object]
    usual: str | tuple[str, ...]


TEXT_PARSERS = {
    "region text": TextParser(lambda text: _text_again(read_text(text, 1024, 768)), REGION_TEXT),
    "document": TextParser(lambda text: _written_again(read_document(text)), json.dumps(DOCUMENT)),
    "legend": TextParser(lambda text: read_legend(text, _rgb, 1024), LEGEND),
    "layout in text": TextParser(lambda text: read_layout(text, PIXELS), _layouts()),
    "planned answer": TextParser(lambda text: read_answer(text, 32), json.dumps(PLAN)),
    "JSON in an answer": TextParser(plan_in, f"<think>{{}}</think>{json.dumps(PLAN)}"),
    "chat reply": TextParser(lambda text: model_text(Reply(200, text), ENDPOINT, "a model"), json.dumps(CHAT)),
    "chat error": TextParser(lambda text: _quoted_error(text), '{"error": {"message": "no such model"}}'),
    "address": TextParser(lambda text: endpoint_at(text, {KEY_VARIABLE: KEY, KEY_HOST_VARIABLE: text[:50]}), ADDRESS),
    "prompts": TextParser(lambda text: prompt_list(text, 3, "masks"), "a car\na dog\na cat"),
    "names": TextParser(lambda text: name_list(text, 3, "masks"), "a, b, c"),
    "region by name": TextParser(lambda text: NAMED.index_of(text), "2"),
    "element": TextParser(
        lambda text: Element.of_prompt(text).prompt, 'the words "SALE": red (colours #FF0000, #FFFFFF)'
    ),
    "surroundings": TextParser(
        lambda text: surroundings_are_named(RegionSet((Region(prompt=text),), background_prompt=text)), "a, b"
    ),
    "words of a prompt": TextParser(lambda text: word_text(word_text(text)), "a fox, (fog:1.2)"),
    "printable words": TextParser(lambda text: _must_be_printable(printable(text, 100)), "a"),
    "whole characters": TextParser(lambda text: whole_characters(text).encode(), "a"),
}


def _quoted_error(text: str) -> None:
    """An error status never ends otherwise than in a sentence."""
    try:
        model_text(Reply(404, text), ENDPOINT, text)
    except ValueError as error:
        _must_be_printable(str(error))
        return
    raise AssertionError("an error was taken for an answer")


def _must_be_printable(words: str) -> None:
    assert is_printable(words), repr(words)


def _segments(chance: random.Random, value: object) -> object:
    """SEGS of another pack, of which any part may be something else."""
    masks = [torch.ones(4, 4), torch.ones(0, 4), torch.ones(2, 3, 4), [[1.0]], "mask", None, value]
    corners = [(0, 0, 16, 16), [0, 0, 16], torch.tensor([0, 0, 16, 16]), "0 0 16 16", None, value]
    segment = SimpleNamespace(
        crop_region=chance.choice(corners),
        cropped_mask=chance.choice(masks),
        label=chance.choice(["cat", 5, None, value]),
    )
    return (chance.choice([(64, 64), (64,), ("a", 2), (0, 0), value]), [segment] * chance.randint(0, 2))


def _layers() -> dict:
    layer = {
        "image": torch.ones(1, 8, 8, 3), "mask": torch.zeros(1, 8, 8), "name": "cat", "x": 4, "y": 4, "w": 16, "h": 16,
        "rotation": 0.5, "flip_h": True, "flip_v": False, "z_index": 1, "visible": True,
    }  # fmt: skip
    return {"version": 1, "canvas": (64, 64), "layers": [layer]}


def _convention(chance: random.Random) -> BoxConvention:
    return BoxConvention((1024, 768), chance.choice(list(BOX_ORDERS)), chance.choice(list(BOX_UNITS)))


def parser_inputs(count: int, seed: int) -> Iterator[tuple[str, Callable[[], object], int, object]]:
    """(the parser's name, a call of it, the size of its input in characters, the input), `count` times."""
    chance = random.Random(f"parsers {seed}")
    names = [
        *TEXT_PARSERS,
        "document's values",
        "plan's values",
        "layout's values",
        "boxes",
        "SEGS",
        "LAYERS",
        "reply's values",
    ]
    for number in range(count):
        name = names[number % len(names)]
        if name in TEXT_PARSERS:
            parser = TEXT_PARSERS[name]
            usual = parser.usual if isinstance(parser.usual, str) else chance.choice(parser.usual)
            text = foreign_text(chance, MAX_LENGTH, usual)
            yield name, lambda parser=parser, text=text: parser.parse(text), len(text), text
            continue
        convention = _convention(chance)
        if name == "document's values":
            value = json_text(chance, damaged_value(chance, DOCUMENT, chance.choice((0.05, 0.2))))
            call = lambda value=value: _drawn(read_document(value))  # noqa: E731
        elif name == "plan's values":
            value = json_text(chance, damaged_value(chance, PLAN, chance.choice((0.05, 0.4))))
            call = lambda value=value: read_answer(value, 4)  # noqa: E731
        elif name == "reply's values":
            value = json_text(chance, damaged_value(chance, CHAT, 0.4))
            status = chance.choice((200, 200, 302, 400, 401, 404, 429, 500))
            call = lambda value=value, status=status: model_text(Reply(status, value), ENDPOINT, "m")  # noqa: E731
        elif name in ("SEGS", "LAYERS"):
            value = (
                _segments(chance, foreign_value(chance)) if name == "SEGS" else damaged_value(chance, _layers(), 0.2)
            )
            call = lambda value=value, convention=convention: read_layout(value, convention)  # noqa: E731
        else:
            value = damaged_value(chance, chance.choice(LAYOUTS), chance.choice((0.05, 0.3)))
            value = value if chance.random() < 0.8 else foreign_value(chance)
            if name == "boxes":
                call = lambda value=value: read_boxes(value, 1024, 768)  # noqa: E731
            else:
                call = lambda value=value, convention=convention: read_layout(value, convention)  # noqa: E731
        yield name, call, len(repr(value)), value


def fuzz_parsers(count: int, seed: int, tolerance: float = 1.0) -> Findings:
    findings = Findings()
    for name, call, size, value in parser_inputs(count, seed):
        findings.try_input(name, call, size, tolerance, value)
    return findings
