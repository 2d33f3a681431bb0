"""The one file that speaks HTTP: a chat with a model behind any OpenAI-compatible server."""

from __future__ import annotations

import errno

import aiohttp

from .endpoint import Endpoint
from .instructions import answer_schema
from .reply import Reply, model_text

MOST_BYTES = 1_000_000


class Chat:
    """Awaiting it with messages (role, content) gives the model's answer; see model_text for what it raises.

    Nothing but endpoint.url is ever asked: no redirect, proxy, cookie or .netrc. Cancelling the await ends the connection.
    """

    def __init__(self, endpoint: Endpoint, model: str, seed: int, max_regions: int):
        self._endpoint = endpoint
        self._model = model
        self._forms = _request_forms(seed, max_regions)

    async def __call__(self, messages: list[dict]) -> str:
        while True:
            request = {"model": self._model, "messages": messages, "stream": False, **self._forms[0]}
            reply = await self._post(request)
            if reply.status not in (400, 422) or len(self._forms) == 1:
                return model_text(reply, self._endpoint, self._model)
            self._forms = self._forms[1:]  # for the rest of the chat: this server does not know that one

    async def _post(self, request: dict) -> Reply:
        key, place = self._endpoint.key, self._endpoint.place
        headers = {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {key}"} if key else {})
        try:
            async with (
                aiohttp.ClientSession(
                    timeout=aiohttp.ClientTimeout(total=None), cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
                ) as session,
                session.post(self._endpoint.url, json=request, headers=headers, allow_redirects=False) as response,
            ):
                body = await _beginning(response.content)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ValueError(_no_reply(error, place)) from None  # its own text may repeat the request
        if len(body) > MOST_BYTES:
            raise ValueError(
                f"{place} sent more than {MOST_BYTES:,} bytes, which is no plan of a picture. Check base_url, or use "
                "another model."
            )
        return Reply(response.status, body.decode("utf-8", "replace"))


def _request_forms(seed: int, max_regions: int) -> list[dict]:
    """From what holds the model most to a plan to what every server understands."""
    schema = {"name": "picture_plan", "strict": True, "schema": answer_schema(max_regions)}
    strict = {"type": "json_schema", "json_schema": schema}
    return [
        {"seed": seed, "response_format": strict},
        {"seed": seed, "response_format": {"type": "json_object"}},
        {"seed": seed},
        {},
    ]


async def _beginning(stream: aiohttp.StreamReader) -> bytes:
    """All of it, or a little more than is read of any reply."""
    body = b""
    async for chunk in stream.iter_chunked(65536):
        body += chunk
        if len(body) > MOST_BYTES:
            break
    return body


def _no_reply(error: Exception, place: str) -> str:
    if isinstance(error, aiohttp.ClientSSLError):
        return f"No secure connection to {place} could be made. Check its certificate, and http or https in base_url."
    if isinstance(error, aiohttp.ClientConnectorError):
        refused = error.os_error.errno == errno.ECONNREFUSED or isinstance(error.os_error, ConnectionRefusedError)
        if refused:
            return f"Nothing answers at {place}. Start Ollama (ollama serve) or your own server there, or correct base_url."
        return f"{place} cannot be reached. Check base_url, and that the server runs and is in your network."
    if isinstance(error, aiohttp.InvalidURL):
        return "base_url is no web address. Give one such as http://127.0.0.1:11434/v1 (Ollama)."
    return (
        f"{place} broke off in the middle, or does not speak HTTP. Look at that server's own log, and check base_url."
    )
