"""The region document: the editor's value, to regions and back. Its form is in reader.py."""

from .reader import read_document
from .writer import write_document

__all__ = ["read_document", "write_document"]
