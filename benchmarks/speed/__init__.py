"""What regions cost in time: one attention call, one step, a whole generation, against plain FLUX and other ways."""
