"""The pack's loggers: what they say is one printable line, whatever names, prompts or servers' words are in it."""

from __future__ import annotations

import logging

from .printable import printable

MAX_LINE = 4000
"""Characters of a line in the log."""


def printable_logger(name: str) -> logging.Logger:
    """The logger of the module of this name."""
    logger = logging.getLogger(name)
    if _in_one_line not in logger.filters:
        logger.addFilter(_in_one_line)
    return logger


def _in_one_line(record: logging.LogRecord) -> bool:
    record.msg, record.args = printable(record.getMessage(), MAX_LINE), ()
    return True
