"""Runs that a page has queued, in the server's history."""

import time


def finished_run(server, known: set) -> dict:
    """The history's entry of the one run whose id is not known yet, once it is complete."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        new = [entry for key, entry in server.get("/history").items() if key not in known]
        if new and new[0]["status"]["completed"]:
            return new[0]
        time.sleep(0.2)
    raise AssertionError("the run that the page queued did not end")


def saved_images(server, entry: dict) -> list:
    """Paths of the images that a run has saved (not its previews), sorted."""
    images = [image for node in entry["outputs"].values() for image in node["images"] if image["type"] == "output"]
    return sorted(server.output_dir / image["subfolder"] / image["filename"] for image in images)
