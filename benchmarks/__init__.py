"""What the README says about quality, speed and memory, each reproducible by `python dev.py bench NAME`."""
