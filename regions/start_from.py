"""A drawing that begins from a text: a connected document or region text fills it, once for each text."""

from __future__ import annotations

import hashlib
import json

from .document import read_document, write_document
from .document.reader import BYTE_ORDER_MARK, document_fields
from .text import read_text

STARTED_FROM = "started_from"
"""The document's key for what it was filled from: readers pass over it, the editor keeps it."""


def filled_document(document: str, start_from: str, width: int, height: int) -> str | None:
    """The document that start_from fills the drawing with; None where it already has, or says nothing.

    document: the drawing as it is, a sound one. start_from: a region document, or a region text; a px in it is measured
    by width and height. What is edited after the fill stays until start_from is another text. Raises ValueError for a
    text that is neither.
    """
    source = start_from.strip().removeprefix(BYTE_ORDER_MARK)
    if not source:
        return None
    mark = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    if document_fields(document).get(STARTED_FROM) == mark:
        return None
    if source.startswith("{"):
        read_document(source)
    else:
        source = write_document(read_text(source, width, height))
    return json.dumps({**document_fields(source), STARTED_FROM: mark}, ensure_ascii=False)
