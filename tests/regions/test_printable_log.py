"""A line of the log is one line, and steers no terminal, whatever is in it."""

import logging

import pytest
from flux_regions.regions.printable_log import MAX_LINE, printable_logger

FORGED = "a\n[ERROR] forged\x1b[31m\u202e\ud800"


@pytest.fixture
def logged(caplog):
    def line(message, *args):
        logger = printable_logger("flux_regions.tests.printable_log")
        with caplog.at_level(logging.INFO):
            logger.warning(message, *args)
        (record,) = caplog.records
        return record.getMessage()

    return line


def test_foreign_words_stay_on_the_line(logged):
    assert logged("%s is %d %%.", FORGED, 3) == "a [ERROR] forged[31m? is 3 %."


def test_also_those_that_are_in_the_message_itself(logged):
    assert logged(FORGED + " 100%") == "a [ERROR] forged[31m? 100%"


def test_a_line_has_an_end(logged):
    assert len(logged("%s", "x" * 100_000)) == MAX_LINE + 3


def test_a_logger_that_is_asked_for_twice_is_one_and_filters_once():
    assert printable_logger("flux_regions.tests.twice") is printable_logger("flux_regions.tests.twice")
    assert len(printable_logger("flux_regions.tests.twice").filters) == 1
