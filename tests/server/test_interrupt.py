"""Stopping a regional job in the middle leaves the server as it was."""

import pytest

pytestmark = pytest.mark.server


def test_an_interrupted_job_is_followed_by_a_good_one(server, make_workflow, pixels):
    good = pixels(server.queue(make_workflow(steps=3, apply={"end": 1.0})))

    def stop(progress):
        if progress.value >= 2:
            server.interrupt()

    before = len(server.log_text())
    stopped = server.queue(make_workflow(steps=300, apply={"end": 1.0}), on_progress=stop)
    assert stopped.interrupted and not stopped.images
    again = make_workflow(steps=3, apply={"end": 1.0})
    again["save"]["inputs"]["filename_prefix"] = "after_interrupt"
    assert (pixels(server.queue(again)) == good).all()
    assert "Traceback" not in server.log_text()[before:], "an interrupt is no error"
