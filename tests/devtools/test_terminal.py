"""Progress in a log file: one line per quarter of a sampler's steps, no control codes."""

import pytest

from devtools.job import Progress
from devtools.terminal import ProgressLine, Steps


def test_a_sampler_with_many_steps_fills_few_lines(capsys):
    line = ProgressLine("two_boxes")
    line(Progress("1", "Load the model"))
    for step in range(101):
        line(Progress("2", "KSampler", step, 100))
    line.end("saved")
    assert capsys.readouterr().out.splitlines() == [
        "two_boxes:",
        "    KSampler, step 0/100",
        "    KSampler, step 25/100",
        "    KSampler, step 50/100",
        "    KSampler, step 75/100",
        "    KSampler, step 100/100",
        "    saved",
    ]


def test_steps_are_numbered_and_a_failing_one_is_marked(capsys):
    steps = Steps(2)
    with steps.step("First", note="ready"):
        pass
    with pytest.raises(ValueError), steps.step("Second"):
        raise ValueError
    assert capsys.readouterr().out.splitlines() == ["[1/2] First ... ready", "[2/2] Second ... failed"]
