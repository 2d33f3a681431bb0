"""Which addresses are asked, and where the key may go."""

import pytest
from flux_regions.planning import KEY_HOST_VARIABLE, KEY_VARIABLE, endpoint_at


@pytest.mark.parametrize(
    "base_url, url",
    [
        ("http://127.0.0.1:11434/v1", "http://127.0.0.1:11434/v1/chat/completions"),
        (" http://localhost:8080/v1/ ", "http://localhost:8080/v1/chat/completions"),
        ("https://Example.org/api/v1/chat/completions", "https://example.org/api/v1/chat/completions"),
        ("http://[::1]:8080", "http://[::1]:8080/chat/completions"),
    ],
)
def test_the_chat_lies_below_the_base_address(base_url, url):
    assert endpoint_at(base_url, {}).url == url


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "127.0.0.1:11434",
        "ftp://a.b/v1",
        "file:///etc/passwd",
        "http://",
        "http://a:b/v1",
        "http://[::1/v1",
        "http://a.b/v1 x",
        "http://a.b/\nv1",
        "javascript:alert(1)",
        "http://a.b:99999/v1",
    ],
)
def test_what_is_no_web_address_is_refused(base_url):
    with pytest.raises(ValueError, match="base_url is no web address"):
        endpoint_at(base_url, {})


@pytest.mark.parametrize(
    "base_url",
    ["http://me:secret@a.b/v1", "http://secret@a.b/v1", "https://a.b/v1?key=secret", "https://a.b/v1#secret"],
)
def test_an_address_with_a_secret_is_refused_without_repeating_it(base_url):
    with pytest.raises(ValueError, match=KEY_VARIABLE) as refused:
        endpoint_at(base_url, {})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "base_url, host, goes",
    [
        ("http://127.0.0.1:11434/v1", None, True),
        ("http://localhost:8080/v1", None, True),
        ("http://[::1]:8080/v1", None, True),
        ("https://api.example.org/v1", None, False),
        ("http://127.0.0.1.example.org/v1", None, False),
        ("http://localhost.example.org/v1", None, False),
        ("https://api.example.org/v1", "api.example.org", True),
        ("https://API.example.org/v1", "Api.Example.org", True),
        ("https://api.example.org.evil.org/v1", "api.example.org", False),
        ("https://evil.org/api.example.org/v1", "api.example.org", False),
        ("https://192.168.1.5:8080/v1", "192.168.1.5:8080", True),
        ("https://192.168.1.5:8081/v1", "192.168.1.5:8080", False),
        ("http://192.168.1.5:8080/v1", "192.168.1.5:8080", False),  # everyone on the way would read it
        ("http://api.example.org/v1", "api.example.org", False),
        ("https://api.example.org:8080/v1", "api.example.org", False),
        ("https://api.example.org:443/v1", "api.example.org", True),
        ("https://api.example.org/v1", "api.example.org:443", True),
        ("http://127.0.0.1:8080/v1", "127.0.0.1", True),
        ("http://127.0.0.1:8081/v1", "127.0.0.1:8080", False),
        ("https://api.example.org/v1", "api.example.org:x", False),
        ("https://api.example.org:0/v1", "api.example.org", False),
        ("https://api.example.org:00443/v1", "api.example.org", True),
        ("https://api.example.org/v1", "https://api.example.org", False),
        ("http://127.0.0.1:11434/v1", "api.example.org", False),
    ],
)
def test_the_key_goes_to_this_machine_or_else_to_the_one_host_the_user_names(base_url, host, goes, key):
    environment = {KEY_VARIABLE: f" {key}\n"} | ({KEY_HOST_VARIABLE: host} if host else {})
    endpoint = endpoint_at(base_url, environment)
    assert endpoint.key == (key if goes else "")
    assert key not in repr(endpoint)


DISGUISED = [
    *("localhost.evil.com", "localhost.", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "0.0.0.0", "127.0.0.2"),
    *("[::ffff:127.0.0.1]", "[::]", "127.0.0.1%2eevil.com", "127.0.0.1%00.evil.com", "localhost%2fevil.com", "loc%61lhost"),
    *("127.0.0.1\\evil.com", "localhost;evil.com", "localhost,evil.com", "\u24dbocalhost", "\uff11\uff12\uff17.0.0.1"),
    *("localhost:80@evil.com", "evil.com#@localhost", "evil.com?@localhost", "localhost#@evil.com", "localhost\u2044evil.com"),
]  # fmt: skip


@pytest.mark.parametrize("host", DISGUISED)
def test_no_key_goes_to_what_only_looks_like_this_machine(host, key):
    try:
        assert endpoint_at(f"http://{host}:8080/v1", {KEY_VARIABLE: key}).key == ""
    except ValueError as refused:
        assert str(refused).startswith("base_url")


@pytest.mark.parametrize("disguise", [
    *("{}.evil.com", "{}.", "{}%2eevil.com", "{}%40evil.com", "{}%", "{};x", "{}\\.evil.com", "evil.com#@{}", "{}@evil.com"),
    *("evil.com/{}", "user:word@{}", "api\u2024example.org", "\u00e4pi.example.org", "{}\u3002evil.com"),
])  # fmt: skip
def test_no_key_goes_to_what_only_looks_like_the_named_host(disguise, key):
    environment = {KEY_VARIABLE: key, KEY_HOST_VARIABLE: "api.example.org"}
    try:
        assert endpoint_at(f"https://{disguise.format('api.example.org')}/v1", environment).key == ""
    except ValueError as refused:
        assert str(refused).startswith("base_url")


def test_a_key_that_would_break_the_request_is_refused_without_repeating_it():
    with pytest.raises(ValueError, match=f"{KEY_VARIABLE} holds characters that no key has") as refused:
        endpoint_at("http://localhost/v1", {KEY_VARIABLE: "secret\r\nX-More: 1"})
    assert "secret" not in str(refused.value)
