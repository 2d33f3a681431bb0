"""The chat over real HTTP with a server that behaves well, and badly in every way we know."""

import asyncio
import base64
import json
import re
import socket

import pytest
from flux_regions.planning import KEY_HOST_VARIABLE, KEY_VARIABLE, ChatClient, endpoint_at, plan_regions
from flux_regions.planning.reply import without_key


def planned(server, key="", url=None, max_regions=4):
    """The regions that the server's model plans, within 20 seconds."""
    chat = ChatClient(endpoint_at(url or server.url, {KEY_VARIABLE: key}), "llama3.1", 7, max_regions)
    plan = plan_regions(chat, "a fox by a well", max_regions, redacted=lambda words: without_key(words, key))
    return asyncio.run(asyncio.wait_for(plan, 20))


def failure(*arguments, **options):
    """The error that planning ends with: one short line."""
    with pytest.raises(ValueError) as failed:
        planned(*arguments, **options)
    assert type(failed.value) is ValueError
    assert len(str(failed.value)) < 500 and "\n" not in str(failed.value)
    return str(failed.value)


def completion(**message):
    finish = message.pop("finish", "stop")
    return {"choices": [{"message": message, "finish_reason": finish}]}


def test_a_good_answer_is_asked_for_once_and_with_all_it_needs(chat_server):
    regions = planned(chat_server)
    assert [region.name for region in regions.regions] == ["fox", "well"]
    ((path, headers, body),) = chat_server.requests
    assert path == "/v1/chat/completions" and "Authorization" not in headers
    assert (body["model"], body["seed"], body["stream"]) == ("llama3.1", 7, False)
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert body["response_format"]["json_schema"]["schema"]["properties"]["regions"]["maxItems"] == 4


def test_the_key_is_sent_as_a_bearer(chat_server, key):
    planned(chat_server, key)
    assert chat_server.requests[0][1]["Authorization"] == f"Bearer {key}"


def test_a_wrong_answer_goes_back_once_with_what_is_wrong(chat_server, plan):
    good = json.dumps(plan)
    plan["regions"][0]["box"]["x"] = 20
    chat_server.replies = [json.dumps(plan), good]
    assert len(planned(chat_server)) == 2
    first, second = (body["messages"] for _, _, body in chat_server.requests)
    assert second[:2] == first and second[2] == {"role": "assistant", "content": json.dumps(plan)}
    assert "Region 1 ('fox'): its box mixes fractions and whole numbers" in second[3]["content"]


def test_after_two_wrong_answers_nobody_is_asked_again(chat_server):
    chat_server.replies = ["Once upon a time"]
    message = failure(chat_server)
    assert message.startswith("The model gave no usable plan, not when asked to correct it either.")
    assert 'it begins "Once upon a time"' in message
    assert len(chat_server.requests) == 2


@pytest.mark.parametrize("accepted", [["json_object", "none", "bare"], ["none", "bare"], ["bare"]])
@pytest.mark.parametrize("code", [400, 422])
def test_a_server_that_does_not_know_the_answer_format_is_asked_without(chat_server, plan, accepted, code):
    def variant(body):
        answer_format = body.get("response_format", {}).get("type")
        return answer_format or ("none" if "seed" in body else "bare")

    answers = iter(["no plan", json.dumps(plan)])

    def reply(handler):
        if variant(chat_server.requests[-1][2]) in accepted:
            handler.send(completion(content=next(answers)))
        else:
            handler.send({"error": {"message": "unknown field"}}, code)

    chat_server.replies = [reply]
    assert len(planned(chat_server)) == 2
    asked = [variant(body) for _, _, body in chat_server.requests]
    variants = ["json_schema", "json_object", "none", "bare"]
    first = accepted[0]
    assert asked == [*variants[: variants.index(first) + 1], first], "the correction begins with what went through"


OLLAMA_404 = {"error": {"message": 'model "llama3.1" not found, try pulling it first', "type": "api_error"}}
BAD = {
    "refusal": (
        200,
        completion(content=None, refusal="I cannot plan this."),
        "declines to plan.*I cannot plan this.*Reword",
    ),
    "filtered": (200, completion(content="", finish="content_filter"), "declines to plan"),
    "cut off": (200, completion(content='{"regions": [', finish="length"), "was cut off.*max_regions"),
    "empty": (200, completion(content=""), "'llama3.1' gave an empty answer"),
    "blank": (200, completion(content=" \n"), "gave an empty answer"),
    "null": (200, completion(content=None), "gave an empty answer"),
    "no choices": (200, {"choices": []}, "JSON without a chat message"),
    "other JSON": (200, {"hello": "world"}, "JSON without a chat message"),
    "strange choices": (200, {"choices": [3]}, "JSON without a chat message"),
    "strange message": (200, {"choices": [{"message": "hi"}]}, "gave an empty answer"),
    "error in 200": (200, {"error": {"message": "out of memory"}}, 'reports an error: "out of memory"'),
    "a list": (200, [1, 2], "with no JSON"),
    "wrong model": (404, OLLAMA_404, "does not have the model 'llama3.1'.*try pulling it first.*Download"),
    "error as text": (404, {"error": "no such model"}, "does not have the model 'llama3.1': \"no such model\""),
    "wrong path": (404, b"404 page not found", "no chat at this address.*/v1"),
    "wrong method": (405, b"", "no chat at this address"),
    "quota": (429, {"error": {"message": "quota"}}, 'no more requests for now.*"quota"'),
    "bad request": (400, {"error": {"message": "context too long"}}, 'refuses the request.*"context too long"'),
    "crash": (500, {"error": "boom"}, 'failed.*"boom".*own log'),
    "gateway": (502, b"<html>Bad gateway</html>", r"failed \(HTTP 502\)\. Look"),
}


@pytest.mark.parametrize("code, body, message", BAD.values(), ids=BAD)
def test_a_reply_without_an_answer_is_explained(chat_server, behave, code, body, message):
    chat_server.replies = [behave.status(code, body)]
    assert re.search(message, failure(chat_server))
    assert len(chat_server.requests) == (4 if code == 400 else 1)


@pytest.mark.parametrize(
    "body, kind, message",
    [
        (b"<!DOCTYPE html><html>Welcome</html>", "text/html", "with a web page.*/v1"),
        (b"\xff\xfe\x00garbage", "application/json", "with no JSON"),
        (b"", "application/json", "with no JSON"),
        (b"[" * 100_000, "application/json", "with no JSON"),
    ],
)
def test_what_is_no_json_is_explained(chat_server, behave, body, kind, message):
    chat_server.replies = [behave.status(200, body, kind)]
    assert re.search(message, failure(chat_server))


def test_a_flood_is_not_read_to_its_end(chat_server, behave):
    chat_server.replies = [behave.flood]
    assert "sent more than 1,000,000 bytes" in failure(chat_server)


def test_what_is_packed_is_not_unpacked_to_its_end(chat_server, behave):
    chat_server.replies = [behave.gzip_bomb]
    assert "sent more than 1,000,000 bytes" in failure(chat_server)


@pytest.mark.parametrize("behavior", ["break_off", "no_http", "endless_headers"])
def test_a_broken_connection_is_explained(chat_server, behave, behavior):
    chat_server.replies = [getattr(behave, behavior)]
    assert "broke off in the middle, or does not speak HTTP" in failure(chat_server)


def test_nobody_there_says_to_start_ollama():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        assert "Start Ollama (ollama serve)" in failure(None, url=url)


def test_an_unknown_host_is_explained():
    assert "nowhere.invalid cannot be reached" in failure(None, url="http://nowhere.invalid/v1")


def test_http_spoken_to_where_tls_is_awaited_is_explained(chat_server):
    assert "No secure connection" in failure(None, url=chat_server.url.replace("http", "https"))


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(chat_server, other_server, behave, key, code):
    chat_server.replies = [behave.status(code, b"", Location=f"{other_server.url}/chat/completions")]
    assert "sends us on to another address" in failure(chat_server, key)
    assert len(chat_server.requests) == 1 and not other_server.requests


@pytest.mark.parametrize("code", [401, 403])
def test_a_refused_key_names_the_variable_and_not_the_key(chat_server, behave, key, code):
    chat_server.replies = [behave.status(code, {"error": {"message": f"Incorrect API key provided: {key}"}})]
    message = failure(chat_server, key)
    assert f"refuses the API key (HTTP {code})" in message and KEY_VARIABLE in message and key not in message


def test_a_missing_key_says_where_to_put_it(chat_server, behave):
    chat_server.replies = [behave.status(401, {"error": "who are you"})]
    message = failure(chat_server)
    assert KEY_VARIABLE in message and f"{KEY_HOST_VARIABLE}=127.0.0.1:{chat_server.port}" in message


@pytest.mark.parametrize("code", [200, 404, 429, 500])
def test_a_server_that_repeats_the_key_is_not_quoted_with_it(chat_server, behave, key, code):
    body = json.dumps({"error": {"message": f"bad {key}"}}).replace("-", "\\u002d").encode()
    chat_server.replies = [behave.status(code, body)]
    message = failure(chat_server, key)
    assert "bad [the API key]" in message and key not in message


def test_no_part_of_a_repeated_key_is_left_where_a_long_message_is_cut(chat_server, behave, key):
    for length in range(150, 200, 7):
        chat_server.replies = [behave.status(500, {"error": "x" * length + key})]
        assert key[:4] not in failure(chat_server, key)


def test_a_model_that_repeats_the_key_does_not_bring_it_into_a_prompt(chat_server, key, plan):
    plan["regions"][0]["prompt"] = f"a fox with {key}"
    chat_server.replies = [json.dumps(plan)]
    assert planned(chat_server, key).regions[0].prompt == "a fox with [the API key]"


def test_no_proxy_of_the_environment_is_used(chat_server, other_server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{other_server.port}")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{other_server.port}")
    assert len(planned(chat_server)) == 2 and not other_server.requests


def test_a_cancelled_chat_closes_the_connection(chat_server, behave):
    chat_server.replies = [behave.hang]
    chat = ChatClient(endpoint_at(chat_server.url, {}), "llama3.1", 7, 4)

    async def cancel_while_waiting():
        task = asyncio.create_task(plan_regions(chat, "a fox", 4))
        assert await asyncio.to_thread(chat_server.asked.wait, 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel_while_waiting())
    assert chat_server.client_gone.wait(20)


def test_a_key_that_comes_back_in_parts_is_put_together_and_then_taken_out(chat_server, behave, key, plan):
    plan["regions"][0]["prompt"] = f"a fox with {key}"
    answer = json.dumps(plan)
    for cut in (answer.index(key) + 9, answer.index(key) + 20):
        parts = [{"type": "text", "text": answer[:cut]}, {"type": "text", "text": answer[cut:]}]
        chat_server.replies = [behave.status(200, {"choices": [{"message": {"content": parts}}]})]
        assert planned(chat_server, key).regions[0].prompt == "a fox with [the API key]"


@pytest.mark.parametrize("escape", ["\\u{:04x}", "\\u{:04X}", "%{:02x}", "&#{};"])
def test_a_key_that_comes_back_escaped_is_taken_out(escape, key):
    assert without_key("a " + "".join(escape.format(ord(c)) for c in key) + " b", key) == "a [the API key] b"


@pytest.mark.parametrize("escape", ["\\\\u{:04x}", "\\x{:02x}", "\\U{:08x}", "\\{}"])
@pytest.mark.parametrize("field", ["name", "prompt"])
def test_a_key_that_only_the_reader_of_the_plan_makes_whole_is_taken_out(chat_server, key, escape, field):
    """Escapes that JSON has not, but models have: nothing before the reader can see the key in them."""
    characters = "".join(
        escape.format(ord(c)) if ":" in escape else (c if c in "abfnrtux" or c.isdigit() else escape.format(c))
        for c in key
    )
    region = {"name": "fox", "prompt": "a fox", field: "KEY", "box": [0, 0, 500, 500]}
    answer = json.dumps({"regions": [region]})
    answer = json.dumps({"arguments": answer}) if escape.startswith("\\\\") else answer
    chat_server.replies = [answer.replace("KEY", characters)]
    regions = planned(chat_server, key)
    assert getattr(regions.regions[0], field) == "[the API key]"


@pytest.mark.parametrize("around", ["{}", "user:{}", "me:{}", "a{}b", "{}:x"])
@pytest.mark.parametrize(
    "encode", [base64.b64encode, base64.urlsafe_b64encode, bytes.hex, lambda b: bytes.hex(b).upper()]
)
def test_a_key_in_base64_or_hexadecimal_digits_cannot_be_decoded(around, encode, key):
    encoded = encode(around.format(key).encode())
    encoded = encoded if isinstance(encoded, str) else encoded.decode()
    for words in (f"Basic {encoded} was refused", f"Basic {encoded[:20]}\n {encoded[20:]}"):
        shown = without_key(words, key)
        assert "[the API key]" in shown and encoded[8:-8] not in "".join(shown.split())


def test_what_a_server_says_stays_on_one_line_without_control_characters(chat_server, behave):
    chat_server.replies = [behave.status(500, {"error": "no\n[ERROR] forged\x1b[31m \u202e \ud800"})]
    assert 'HTTP 500): "no [ERROR] forged[31m ?"' in failure(chat_server)
