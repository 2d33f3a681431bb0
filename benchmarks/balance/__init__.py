"""Which setting holds up in its worst case: auto balance or a fixed one, over 1 to 16 regions of unlike sizes."""
