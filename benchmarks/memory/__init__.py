"""How much memory regions take beyond plain FLUX."""
