"""Keywords of a node's schema that only newer hosts know."""

import inspect

from comfy_api.latest import io


def schema_keywords(**keywords) -> dict:
    """Those of the keywords that this host's io.Schema takes."""
    known = inspect.signature(io.Schema).parameters
    return {name: value for name, value in keywords.items() if name in known}
