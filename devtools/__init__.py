"""What `dev.py` is made of: it brings a real ComfyUI, runs it, and drives it. Standard library only."""
