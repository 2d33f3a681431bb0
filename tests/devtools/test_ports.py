"""Ports: a free one is free, a taken one is said to be taken."""

import socket

import pytest

from devtools import serve
from devtools.connection import free_port, port_is_free
from devtools.errors import ServerError


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_free_port_is_free():
    assert port_is_free(free_port())


def test_a_listening_port_is_not_free(taken_port):
    assert not port_is_free(taken_port)


def test_a_port_asked_for_that_is_taken_is_an_error_that_names_it(taken_port):
    with pytest.raises(ServerError, match=f"Port {taken_port} is taken"):
        serve.choose_port(taken_port)


def test_when_the_usual_port_is_taken_the_next_is_used_and_said(taken_port, monkeypatch, capsys):
    monkeypatch.setattr(serve, "USUAL_PORT", taken_port)
    chosen = serve.choose_port(None)
    assert chosen > taken_port
    assert capsys.readouterr().out == f"Port {taken_port} is taken; using {chosen}.\n"
