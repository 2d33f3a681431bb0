"""What several test files share. `tests/conftest.py` makes it importable as `support`, wherever a test lies."""
