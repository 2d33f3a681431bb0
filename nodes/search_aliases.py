"""Other words that people look for a node by, on hosts whose schema has a place for them."""

import inspect

from comfy_api.latest import io


def search_aliases(*words: str) -> dict:
    """What gives a schema these search words; nothing on a host that would refuse the keyword."""
    return {"search_aliases": list(words)} if "search_aliases" in inspect.signature(io.Schema).parameters else {}
