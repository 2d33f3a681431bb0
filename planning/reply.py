"""What a chat server's HTTP reply says: the model's text, or in one or two sentences why there is none."""

from __future__ import annotations

import base64
import json
import re
from typing import NamedTuple

from ..regions.printable import printable
from .endpoint import KEY_HOST_VARIABLE, KEY_VARIABLE, Endpoint

MAX_QUOTED = 200
"""Characters of a server's own message that an error repeats."""
MAX_MODEL = 100
"""Characters of a model's name that an error repeats."""
MIN_KEY_PART = 8
"""Characters of the key, from its start or its end, that may not be shown either."""
KEY_PLACEHOLDER = "[the API key]"


class Reply(NamedTuple):
    """status: HTTP's. text: the body."""

    status: int
    text: str


def model_text(reply: Reply, endpoint: Endpoint, model: str) -> str:
    """The model's answer, not blank. Raises ValueError for every reply without a whole one.

    Neither says the user's key, which some servers repeat, in whatever parts and escapes it came.
    """
    try:
        return without_key(_model_text(reply, endpoint, printable(model, MAX_MODEL)), endpoint.key)
    except ValueError as error:
        raise ValueError(without_key(str(error), endpoint.key)) from None


def without_key(words: str, key: str) -> str:
    """words with the key replaced, also where it stands escaped, encoded, broken by blanks, or cut off at the end."""
    if not key:
        return words
    letters = [rf"(?:{re.escape(c)}|\\u{ord(c):04x}|%{ord(c):02x}|&\#{ord(c)};)" for c in key]
    words = re.sub(r"\s{0,4}".join(letters), KEY_PLACEHOLDER, words, flags=re.IGNORECASE)
    for form in _encoded_forms(key):
        words = re.sub(r"\s{0,4}".join(map(re.escape, form)), KEY_PLACEHOLDER, words)
    for length in range(len(key) - 1, MIN_KEY_PART - 1, -1):
        for part in (key[:length], key[-length:]):
            words = words.replace(part, KEY_PLACEHOLDER)
    return words


def _encoded_forms(key: str) -> set[str]:
    """What of the key can be seen in base64, also as a part of something longer (user:key), and in hexadecimal digits.

    Three bytes are four characters; where the key begins within such a group, or ends in one, that group is another's.
    """
    forms = {key.encode().hex(), key.encode().hex().upper()}
    for before in range(3):
        data = bytes(before) + key.encode()
        own = slice((0, 2, 3)[before], len(data) * 8 // 6)
        forms |= {encode(data).decode()[own] for encode in (base64.b64encode, base64.urlsafe_b64encode)}
    return {form for form in forms if len(form) >= MIN_KEY_PART}


def _model_text(reply: Reply, endpoint: Endpoint, model: str) -> str:
    body = _parsed(reply.text)
    server_words = without_key(_error_message(body), endpoint.key)
    if reply.status >= 300:
        raise ValueError(_refusal(reply.status, server_words, endpoint, model))
    if body is None:
        page = "a web page" if reply.text.lstrip()[:1] == "<" else "no JSON"
        raise ValueError(
            f"{endpoint.netloc} answers with {page}, not as a chat server. Check base_url, which usually ends in /v1."
        )
    choice = _first_choice(body.get("choices"))
    message = choice.get("message")
    message = message if isinstance(message, dict) else {}
    text = _text_of(message.get("content"))
    if isinstance(message.get("refusal"), str) or choice.get("finish_reason") == "content_filter":
        reason = _quoted(without_key(str(message.get("refusal") or text), endpoint.key))
        raise ValueError(f"The model declines to plan this picture{reason}. Reword the prompt, or use another model.")
    if choice.get("finish_reason") == "length":
        raise ValueError(
            "The model's answer was cut off. Allow it a longer context in the server's settings, or lower max_regions."
        )
    if not choice and server_words:
        raise ValueError(f"{endpoint.netloc} reports an error{_quoted(server_words)}.")
    if not choice or "message" not in choice:
        raise ValueError(
            f"{endpoint.netloc} sent JSON without a chat message. Check base_url, which usually ends in /v1."
        )
    if not text.strip():
        raise ValueError(f"The model '{model}' gave an empty answer. Change the seed, or use another model.")
    return text


def _refusal(status: int, message: str, endpoint: Endpoint, model: str) -> str:
    """What an HTTP status of 300 and above means here. message: the server's own words, or ""."""
    netloc, detail = endpoint.netloc, _quoted(message)
    if 300 <= status < 400:
        return (
            f"{netloc} sends us on to another address (HTTP {status}), which is not followed. "
            "Set base_url to that address."
        )
    if status in (401, 403) and endpoint.key:
        return f"{netloc} refuses the API key (HTTP {status}). Check the environment variable {KEY_VARIABLE}."
    if status in (401, 403):
        return (
            f"{netloc} asks for an API key (HTTP {status}). Start ComfyUI with the environment variables "
            f"{KEY_VARIABLE} (the key) and {KEY_HOST_VARIABLE}={netloc} (the only host it is sent to)."
        )
    if status == 404 and message:
        return f"{netloc} does not have the model '{model}'{detail}. Download it there, or set model to one it has."
    if status in (404, 405):
        return f"{netloc} has no chat at this address (HTTP {status}). Check base_url, which usually ends in /v1."
    if status == 429:
        return f"{netloc} takes no more requests for now (HTTP 429){detail}. Wait a while, or use another server."
    if status >= 500:
        return f"{netloc} failed (HTTP {status}){detail}. Look at that server's own log."
    return f"{netloc} refuses the request (HTTP {status}){detail}."


def _parsed(text: str) -> dict | None:
    """The body where it is a JSON object."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _error_message(body: dict | None) -> str:
    """The server's own words: {"error": {"message": ...}} or {"error": ...}."""
    error = (body or {}).get("error")
    error = error.get("message") if isinstance(error, dict) else error
    return error if isinstance(error, str) else ""


def _first_choice(choices: object) -> dict:
    return choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}


def _text_of(content: object) -> str:
    """The text of a message: a string, or a list of parts that hold one."""
    if isinstance(content, list):
        return "".join(part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str))
    return content if isinstance(content, str) else ""


def _quoted(message: str) -> str:
    """The message on one line, shortened, as the rest of a sentence; "" for none."""
    line = printable(message, MAX_QUOTED).rstrip(".")
    return f': "{line}"' if line else ""
