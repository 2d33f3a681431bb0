"""The pictures of docs/settings.md: one drawing with each setting at several values, on Pocket Flux."""
