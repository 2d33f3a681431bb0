"""`dev.py demo --thumbnails`: the pictures of the template browser, each workflow's regions beside what it makes."""

import copy
import subprocess
import sys
from pathlib import Path

from . import paths
from .host import Host

REGIONAL_PROMPT = "FluxRegions_Conditioning"
SIDE = 256
GAP = 8
QUALITY = 88
IN_A_ROW = {1: 1, 2: 2, 3: 3, 4: 2}
"""Pictures in a row, by their number."""


def regions_drawn(workflow: dict) -> dict:
    """A workflow (API format) that draws another one's regions, as *Preview Regions* shows them, and nothing else.

    A canvas is drawn as it is stored, not as something else would fill it: that may need a model.
    """
    workflow = copy.deepcopy(workflow)
    for node in workflow.values():
        node["inputs"].pop("start_from", None)
    previews = [node["inputs"] for node in workflow.values() if node["class_type"] == "FluxRegions_Preview"]
    prompts = [node["inputs"] for node in workflow.values() if node["class_type"] == REGIONAL_PROMPT]
    drawn = previews[0] if previews else {"regions": prompts[0]["regions"], "grid": "canvas"}
    workflow["drawn"] = {"class_type": "FluxRegions_Preview", "inputs": drawn}
    workflow["shown"] = {"class_type": "PreviewImage", "inputs": {"images": ["drawn", 0]}}
    return _what_leads_to("shown", workflow)


def _what_leads_to(last: str, workflow: dict) -> dict:
    """The nodes that the last one needs: of others, a host may not even have the kind."""
    needed, pending = {last}, [last]
    while pending:
        links = [value[0] for value in workflow[pending.pop()]["inputs"].values() if isinstance(value, list)]
        pending += [key for key in dict.fromkeys(links) if key in workflow and key not in needed]
        needed.update(pending)
    return {key: node for key, node in workflow.items() if key in needed}


def save_thumbnail(host: Host, name: str, pictures: list[Path]) -> Path:
    """Write workflows/<name>.jpg, by the host's Python: dev.py itself has no library for pictures."""
    destination = paths.WORKFLOWS / f"{name}.jpg"
    subprocess.run([host.python, "-m", "devtools.thumbnails", destination, *pictures], cwd=paths.ROOT, check=True)
    return destination


def main(destination: str, *pictures: str) -> None:
    """Put the pictures into rows, all of one height."""
    from PIL import Image

    shown = []
    for picture in pictures:
        image = Image.open(picture).convert("RGB")
        size = (round(SIDE * image.width / image.height), SIDE)
        shown.append(image.resize(size, Image.Resampling.LANCZOS))
    columns = IN_A_ROW[len(shown)]
    rows = [shown[start : start + columns] for start in range(0, len(shown), columns)]
    width = max(sum(image.width + GAP for image in row) - GAP for row in rows)
    sheet = Image.new("RGB", (width, len(rows) * (SIDE + GAP) - GAP), "white")
    for y, row in enumerate(rows):
        x = 0
        for image in row:
            sheet.paste(image, (x, y * (SIDE + GAP)))
            x += image.width + GAP
    sheet.save(destination, quality=QUALITY)


if __name__ == "__main__":
    main(*sys.argv[1:])
