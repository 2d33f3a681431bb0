"""The region text: lines that a person types or a language model writes, to regions and back. The grammar is in reader.py."""

from .reader import read_text
from .writer import write_text

__all__ = ["read_text", "write_text"]
