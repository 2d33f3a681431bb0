"""A step is done once, and again when its inputs change, its result is gone, or it was interrupted."""

import pytest

from devtools.stamps import Step


def step(tmp_path, inputs=("torch==1",), action=lambda: None, present=lambda: True):
    return Step("a step", tmp_path / "stamps" / "torch", inputs, action, present)


def test_a_step_that_ran_is_done(tmp_path):
    assert not step(tmp_path).is_done()
    step(tmp_path).run()
    assert step(tmp_path).is_done()


def test_a_changed_pin_makes_the_step_undone(tmp_path):
    step(tmp_path).run()
    assert not step(tmp_path, inputs=("torch==2",)).is_done()


def test_a_missing_result_makes_the_step_undone(tmp_path):
    step(tmp_path).run()
    assert not step(tmp_path, present=lambda: False).is_done()


def test_an_interrupted_step_is_undone_even_if_it_was_done_before(tmp_path):
    step(tmp_path).run()

    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        step(tmp_path, action=interrupted).run()
    assert not step(tmp_path).is_done()


def test_a_stamp_leaves_no_partial_file(tmp_path):
    step(tmp_path).run()
    assert [path.name for path in (tmp_path / "stamps").iterdir()] == ["torch"]
