"""Pocket Flux: a miniature FLUX, trained from scratch, that runs through ComfyUI's own classes on a CPU in seconds."""
