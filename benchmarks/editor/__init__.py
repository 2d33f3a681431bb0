"""What the Region Canvas's own scripts take in a frame."""
