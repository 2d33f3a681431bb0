"""The loop that trains: how many rounds it makes, what progress they are told, and what it leaves behind."""

import signal
from types import SimpleNamespace

import pytest
from flux_regions.pocket.checkpoints import load_checkpoint
from flux_regions.pocket.training_loop import train_rounds


@pytest.fixture
def run(tmp_path):
    """run(rounds, minutes, train_round) -> (progress of each round, reports, checkpoint)."""

    def train(rounds, minutes=None, train_round=lambda _: None):
        trainer = SimpleNamespace(seconds=0.0, rounds=0)
        trainer.state = lambda: {"rounds": trainer.rounds}
        progress_of_rounds, reports, checkpoint = [], [], tmp_path / "latest.pt"

        def counted(number, progress):
            assert number == trainer.rounds
            trainer.rounds += 1
            progress_of_rounds.append(progress)
            train_round(trainer)
            return float(number)

        def report(*row):
            reports.append(row)

        before = signal.getsignal(signal.SIGTERM)
        try:
            train_rounds(trainer, counted, rounds, checkpoint, tmp_path / "PAUSE", report, 2, minutes)
        finally:
            signal.signal(signal.SIGTERM, before)
        return progress_of_rounds, reports, load_checkpoint(checkpoint)

    return train


def test_it_makes_so_many_rounds_and_leaves_a_checkpoint(run):
    progress, reports, checkpoint = run(5)
    assert progress == [0, 0.2, 0.4, 0.6, 0.8] and checkpoint == {"rounds": 5}
    assert [row[:2] for row in reports] == [(2, [0.0, 1.0]), (4, [2.0, 3.0])]


def test_a_limit_in_minutes_ends_it_sooner_and_counts_as_progress(run):
    def takes_15_seconds(trainer):
        trainer.seconds += 15

    progress, _, checkpoint = run(100, 1, takes_15_seconds)
    assert progress == pytest.approx([0, 0.25, 0.5, 0.75], abs=0.01) and checkpoint == {"rounds": 4}


def test_told_to_end_it_finishes_the_round_and_leaves_a_checkpoint(run):
    def told_to_end(trainer):
        if trainer.rounds == 3:
            signal.raise_signal(signal.SIGTERM)

    progress, _, checkpoint = run(100, None, told_to_end)
    assert len(progress) == 3 and checkpoint == {"rounds": 3}
