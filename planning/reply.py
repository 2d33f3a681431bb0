"""What a chat server's HTTP reply says: the model's text, or in one or two sentences why there is none."""

from __future__ import annotations

import json
from typing import NamedTuple

from .endpoint import KEY_HOST_VARIABLE, KEY_VARIABLE, Endpoint

QUOTED = 200
"""Characters of a server's own message that an error repeats."""
HIDDEN = "[the API key]"


class Reply(NamedTuple):
    """status: HTTP's. text: the body."""

    status: int
    text: str


def model_text(reply: Reply, endpoint: Endpoint, model: str) -> str:
    """The model's answer, not blank. Raises ValueError for every reply without a whole one."""
    body = _parsed(reply.text, endpoint.key)
    if reply.status >= 300:
        raise ValueError(_refusal(reply.status, _message(body), endpoint, model))
    if body is None:
        page = "a web page" if reply.text.lstrip()[:1] == "<" else "no JSON"
        raise ValueError(
            f"{endpoint.place} answers with {page}, not as a chat server. Check base_url, which usually ends in /v1."
        )
    choice = _first(body.get("choices"))
    message = choice.get("message") if isinstance(choice.get("message"), dict) else {}
    text = _joined(message.get("content"))
    if isinstance(message.get("refusal"), str) or choice.get("finish_reason") == "content_filter":
        because = _quoted(message.get("refusal") or text)
        raise ValueError(f"The model declines to plan this picture{because}. Reword the prompt, or use another model.")
    if choice.get("finish_reason") == "length":
        raise ValueError(
            "The model's answer was cut off. Allow it a longer context in the server's settings, or lower max_regions."
        )
    if not choice and _message(body):
        raise ValueError(f"{endpoint.place} reports an error{_quoted(_message(body))}.")
    if not choice or "message" not in choice:
        raise ValueError(
            f"{endpoint.place} sent JSON without a chat message. Check base_url, which usually ends in /v1."
        )
    if not text.strip():
        raise ValueError(f"The model '{model}' gave an empty answer. Change the seed, or use another model.")
    return text


def _refusal(status: int, message: str, endpoint: Endpoint, model: str) -> str:
    place, said = endpoint.place, _quoted(message)
    if 300 <= status < 400:
        return f"{place} sends us on to another address (HTTP {status}), which is not followed. Set base_url to that address."
    if status in (401, 403) and endpoint.key:
        return f"{place} refuses the API key (HTTP {status}). Check the environment variable {KEY_VARIABLE}."
    if status in (401, 403):
        return (
            f"{place} asks for an API key (HTTP {status}). Start ComfyUI with the environment variables {KEY_VARIABLE} (the "
            f"key) and {KEY_HOST_VARIABLE}={place} (the only host it is sent to)."
        )
    if status == 404 and message:
        return f"{place} does not have the model '{model}'{said}. Download it there, or set model to one it has."
    if status in (404, 405):
        return f"{place} has no chat at this address (HTTP {status}). Check base_url, which usually ends in /v1."
    if status == 429:
        return f"{place} takes no more requests for now (HTTP 429){said}. Wait a while, or use another server."
    if status >= 500:
        return f"{place} failed (HTTP {status}){said}. Look at that server's own log."
    return f"{place} refuses the request (HTTP {status}){said}."


def _parsed(text: str, key: str) -> dict | None:
    """The body where it is a JSON object, free of the user's key, which some servers repeat, however it was escaped."""
    try:
        body = json.loads(text)
        if key:
            body = json.loads(json.dumps(body, ensure_ascii=False).replace(json.dumps(key)[1:-1], HIDDEN))
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _message(body: dict | None) -> str:
    """The server's own words: {"error": {"message": ...}} or {"error": ...}."""
    error = (body or {}).get("error")
    error = error.get("message") if isinstance(error, dict) else error
    return error if isinstance(error, str) else ""


def _first(choices: object) -> dict:
    return choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}


def _joined(content: object) -> str:
    """The text of a message: a string, or a list of parts that hold one."""
    if isinstance(content, list):
        return "".join(part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str))
    return content if isinstance(content, str) else ""


def _quoted(message: str) -> str:
    line = " ".join(message.encode("utf-8", "replace").decode().split())[:QUOTED].rstrip(".")
    return f': "{line}"' if line else ""
