"""The one file that speaks HTTP: a chat with a model behind any OpenAI-compatible server."""

from __future__ import annotations

import errno

import aiohttp

from .endpoint import NO_ADDRESS, Endpoint
from .instructions import answer_schema
from .reply import Reply, model_text

MAX_BYTES = 1_000_000
"""Of a reply; what is longer is no plan, and is not read to its end."""


class ChatClient:
    """Awaiting it with messages (role, content) gives the model's answer.

    Nothing but endpoint.url is ever asked: no redirect, proxy, cookie or .netrc. Cancelling the await ends the
    connection. Raises ValueError where there is no connection or no whole answer; see model_text.
    """

    def __init__(self, endpoint: Endpoint, model: str, seed: int, max_regions: int):
        self._endpoint = endpoint
        self._model = model
        self._variants = _request_variants(seed, max_regions)

    async def __call__(self, messages: list[dict]) -> str:
        while True:
            request = {"model": self._model, "messages": messages, "stream": False, **self._variants[0]}
            reply = await self._post(request)
            if reply.status not in (400, 422) or len(self._variants) == 1:
                return model_text(reply, self._endpoint, self._model)
            self._variants = self._variants[1:]  # for the rest of the chat: this server does not know that variant

    async def _post(self, request: dict) -> Reply:
        key, netloc = self._endpoint.key, self._endpoint.netloc
        headers = {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {key}"} if key else {})
        try:
            async with (
                aiohttp.ClientSession(
                    timeout=aiohttp.ClientTimeout(total=None), cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
                ) as session,
                session.post(self._endpoint.url, json=request, headers=headers, allow_redirects=False) as response,
            ):
                body = await _read_limited(response.content)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ValueError(_connection_error(error, netloc)) from None  # its own text may repeat the request
        if len(body) > MAX_BYTES:
            raise ValueError(
                f"{netloc} sent more than {MAX_BYTES:,} bytes, which is no plan of a picture. Check base_url, or use "
                "another model."
            )
        return Reply(response.status, body.decode("utf-8", "replace"))


def _request_variants(seed: int, max_regions: int) -> list[dict]:
    """From what holds the model most to a plan to what every server understands."""
    schema = {"name": "picture_plan", "strict": True, "schema": answer_schema(max_regions)}
    strict = {"type": "json_schema", "json_schema": schema}
    return [
        {"seed": seed, "response_format": strict},
        {"seed": seed, "response_format": {"type": "json_object"}},
        {"seed": seed},
        {},
    ]


async def _read_limited(stream: aiohttp.StreamReader) -> bytes:
    """The whole body, or a little more than MAX_BYTES of it."""
    body = b""
    async for chunk in stream.iter_chunked(65536):
        body += chunk
        if len(body) > MAX_BYTES:
            break
    return body


def _connection_error(error: Exception, netloc: str) -> str:
    """What failed and what to do, in the user's words; the error's own text may hold the request."""
    if isinstance(error, aiohttp.ClientSSLError):
        return f"No secure connection to {netloc} could be made. Check its certificate, and http or https in base_url."
    if isinstance(error, aiohttp.ClientConnectorError):
        refused = error.os_error.errno == errno.ECONNREFUSED or isinstance(error.os_error, ConnectionRefusedError)
        if refused:
            return (
                f"Nothing answers at {netloc}. Start Ollama (ollama serve) or your own server there, "
                "or correct base_url."
            )
        return f"{netloc} cannot be reached. Check base_url, and that the server runs and is in your network."
    if isinstance(error, aiohttp.InvalidURL):
        return NO_ADDRESS
    return (
        f"{netloc} broke off in the middle, or does not speak HTTP. Look at that server's own log, and check base_url."
    )
