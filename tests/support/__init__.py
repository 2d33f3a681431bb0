"""What several test folders share; tests/conftest.py makes it importable as `support`."""
