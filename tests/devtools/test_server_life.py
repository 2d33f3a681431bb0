"""A server starts, is looked after, and is always gone at the end (with a stand-in for ComfyUI)."""

import pytest

from devtools.errors import RequestError, ServerError
from devtools.server import ComfyServer
from support.running import is_running


@pytest.fixture
def make_server(fake_host, tmp_path):
    def make(**options):
        return ComfyServer(host=fake_host, folder=tmp_path / "run", **options)

    return make


def test_a_server_answers_inside_its_block_and_is_gone_after_it(make_server):
    with make_server() as server:
        pid = server.get("/system_stats")["pid"]
        assert is_running(pid)
    assert not is_running(pid)


def test_an_error_inside_the_block_stops_the_server_too(make_server):
    with pytest.raises(ZeroDivisionError), make_server() as server:
        pid = server.get("/system_stats")["pid"]
        raise ZeroDivisionError
    assert not is_running(pid)


def test_a_server_that_dies_tells_its_last_log_lines(make_server, fake_host):
    with pytest.raises(ServerError) as failure, make_server(env={"FAKE_COMFYUI": "dies"}):
        pass
    lines = str(failure.value).splitlines()
    assert lines[0].startswith("ComfyUI stopped while starting (exit code 3). The last lines of ")
    assert lines[1:] == [f"    log line {number}" for number in range(20, 40)]
    assert list(fake_host.custom_nodes.iterdir()) == []


def test_a_server_that_never_answers_is_given_up_and_stopped(make_server):
    server = make_server(env={"FAKE_COMFYUI": "hangs"}, startup_timeout=1)
    with pytest.raises(ServerError, match="did not answer within 1 seconds"):
        server.__enter__()
    assert server._process.poll() is not None


def test_a_server_that_dies_during_a_job_says_so(make_server):
    with make_server() as server:
        server._process.kill()
        server._process.wait()
        with pytest.raises(ServerError, match="stopped answering during a job"):
            server.queue({})


def test_the_users_folders_are_never_used(make_server, tmp_path):
    with make_server(extra_args=["--my-flag"]) as server:
        arguments = server.log_text().split()
    for kind in ("user", "input", "output", "temp"):
        assert arguments[arguments.index(f"--{kind}-directory") + 1] == str(tmp_path / "run" / kind)
    assert arguments[-1] == "--my-flag"
    assert "--cpu" in arguments


def test_a_flag_that_this_version_lacks_is_not_passed(make_server):
    with make_server() as server:
        assert "--database-url" not in server.log_text()


def test_input_files_are_there_and_the_link_lasts_as_long_as_the_server(make_server, fake_host, tmp_path):
    picture = tmp_path / "mask.png"
    picture.write_bytes(b"pixels")
    with make_server(input_files=[picture]) as server:
        assert (server.input_dir / "mask.png").read_bytes() == b"pixels"
        assert [entry.name for entry in fake_host.custom_nodes.iterdir()] == ["flux-regions"]
    assert list(fake_host.custom_nodes.iterdir()) == []


def test_an_error_status_is_an_exception_that_carries_it(make_server):
    with make_server() as server, pytest.raises(RequestError) as refusal:
        server.post("/nothing")  # the stand-in knows no POST
    assert refusal.value.status == 501
