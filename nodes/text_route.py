"""The page asks the server to read a region text that was pasted or dropped: its grammar is written down once."""

from __future__ import annotations

import asyncio

from aiohttp import web

from ..regions import read_text, write_document
from ..regions.json_values import expect_whole_number
from .node_inputs import check_size

PATH = "/flux_regions/read_text"
"""What js/host/region_text.js asks."""


def serve_region_text(prompt_server) -> None:
    """From now on the host's server answers {"text", "width", "height"} at PATH as answer_to does."""

    @prompt_server.routes.post(PATH)
    async def read(request: web.Request) -> web.Response:
        try:
            question = await request.json()
        except ValueError:
            question = None
        return web.json_response(await asyncio.to_thread(answer_to, question))


def answer_to(question) -> dict[str, str]:
    """{"document": the text's regions} or, for a text that cannot be read, {"error": a sentence}.

    question: what came as JSON, {"text": a region text, "width", "height": the picture's size in pixels}.
    """
    match question:
        case {"text": str(text), "width": width, "height": height}:
            try:
                width, height = (
                    expect_whole_number(side, name) for name, side in (("width", width), ("height", height))
                )
                check_size(width, height)
                return {"document": write_document(read_text(text, width, height))}
            except ValueError as error:
                return {"error": str(error)}
    return {"error": 'Ask with {"text": "left half: a red car", "width": 1024, "height": 1024}.'}
