"""Where the chat server is, and whether the user's API key may go there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

KEY_VARIABLE = "FLUX_REGIONS_API_KEY"
KEY_HOST_VARIABLE = "FLUX_REGIONS_API_HOST"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
HTTPS_PORT = 443
PATH = "/chat/completions"
NO_ADDRESS = "base_url is no web address. Give one such as http://127.0.0.1:11434/v1 (Ollama)."


@dataclass(frozen=True)
class Endpoint:
    """url: of the chat completions. netloc: host, and port where one is given. key: "" for none."""

    url: str
    netloc: str
    key: str = field(default="", repr=False)


def endpoint_at(base_url: str, environment: Mapping[str, str]) -> Endpoint:
    """The endpoint below an address such as http://127.0.0.1:11434/v1.

    A workflow from elsewhere may name any address, so the key goes only to this machine and to the one host that
    KEY_HOST_VARIABLE names. Raises ValueError, without repeating what may be a secret, for an address that is none and
    for a key that no server could read.
    """
    base_url = base_url.strip()
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(NO_ADDRESS) from None
    if not host or parts.scheme not in ("http", "https") or any(c.isspace() or not c.isprintable() for c in base_url):
        raise ValueError(NO_ADDRESS)
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError(
            "base_url holds a user name, a password, or something after ? or #, which would be saved with the "
            f"workflow. Give the bare address, and the key in the environment variable {KEY_VARIABLE}."
        )
    path = parts.path.rstrip("/").removesuffix(PATH)
    netloc = f"[{host}]" if ":" in host else host
    netloc += f":{port}" if port is not None else ""
    key = _key_for(parts.scheme, host, port, environment)
    return Endpoint(f"{parts.scheme}://{netloc}{path}{PATH}", netloc, key)


def _key_for(scheme: str, host: str, port: int | None, environment: Mapping[str, str]) -> str:
    """The user's key where it may go to this host and port, otherwise ""."""
    key = environment.get(KEY_VARIABLE, "").strip()
    allowed = environment.get(KEY_HOST_VARIABLE, "").strip().lower()
    if not key or not (_is_allowed(scheme, host, port, allowed) if allowed else host in LOOPBACK):
        return ""
    if not all("!" <= character <= "~" for character in key):
        raise ValueError(f"The environment variable {KEY_VARIABLE} holds characters that no key has. Set it anew.")
    return key


def _is_allowed(scheme: str, host: str, port: int | None, allowed: str) -> bool:
    """Whether the key may go there. allowed: a host, with or without a port, as KEY_HOST_VARIABLE names it.

    Only over https, since everyone on the way reads http; on this machine there is no way. Without a port only that of
    https is meant, on this machine any.
    """
    try:
        parts = urlsplit(f"//{allowed}")
        allowed_host, allowed_port = parts.hostname, parts.port
    except ValueError:
        return False
    if host != allowed_host:
        return False
    if host in LOOPBACK:
        return allowed_port in (None, port)
    ports = [HTTPS_PORT if number is None else number for number in (port, allowed_port)]
    return scheme == "https" and ports[0] == ports[1]
