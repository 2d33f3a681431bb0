"""Planning: a chat model turns a description of a picture into regions. No host in here. In reading order:"""

from .instructions import opening, repair  # noqa: I001  (reading order)
from .answer import MAX_REGIONS, read_answer
from .conversation import plan_regions
from .endpoint import KEY_HOST_VARIABLE, KEY_VARIABLE, Endpoint, endpoint_at
from .chat import Chat

__all__ = [
    "KEY_HOST_VARIABLE",
    "KEY_VARIABLE",
    "MAX_REGIONS",
    "Chat",
    "Endpoint",
    "endpoint_at",
    "opening",
    "plan_regions",
    "read_answer",
    "repair",
]
