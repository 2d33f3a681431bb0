"""Planning: a chat model turns a description of a picture into regions. No host in here. In reading order:"""

from .instructions import correction, initial_messages, single_message  # noqa: I001  (reading order)
from .answer import MAX_REGIONS, read_answer
from .conversation import plan_regions
from .endpoint import KEY_HOST_VARIABLE, KEY_VARIABLE, Endpoint, endpoint_at
from .reply import without_key
from .chat import ChatClient

__all__ = [
    "KEY_HOST_VARIABLE",
    "KEY_VARIABLE",
    "MAX_REGIONS",
    "ChatClient",
    "Endpoint",
    "correction",
    "endpoint_at",
    "initial_messages",
    "plan_regions",
    "read_answer",
    "single_message",
    "without_key",
]
