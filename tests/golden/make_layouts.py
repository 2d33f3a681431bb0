"""Writes tests/golden/layouts.json: what ComfyUI's own layout nodes make of drawn boxes, for the readers and writers.

Run it with ComfyUI's Python and the folder of a ComfyUI that has these nodes (0.27 and newer; the file that is stored
is of the version that it names): `python tests/golden/make_layouts.py ComfyUI`. Nothing of Flux Regions runs in here.

    {"comfyui": "0.33.0", "cases": [{"width", "height", "boxes", "elements", "bboxes", "ideogram"}]}

boxes: the editor's own state, in pixels, with metadata. elements, bboxes: the outputs of CreateBoundingBoxes. ideogram:
the output of BuildJsonPromptIdeogram, with a caption and a background.
"""

import json
import sys
from pathlib import Path

FILE = Path(__file__).resolve().parent / "layouts.json"
CAPTION, BACKGROUND = "a street in the rain, watercolour", "grey houses"


def box(x, y, width, height, **metadata):
    usual = {"type": "obj", "text": "", "desc": "", "palette": []}
    return {"x": x, "y": y, "width": width, "height": height, "metadata": usual | metadata}


CASES = [
    (1024, 1024, [box(0, 0, 512, 1024, desc="a red car"), box(512, 256, 300, 700, desc="a blue umbrella")]),
    (1216, 832, [box(101, 77, 333, 444, desc="a fox", palette=["#ff8800", "#FFFFFF"]), box(0, 0, 1216, 832)]),
    (640, 480, [box(10, 20, 600, 90, type="text", text='OPEN "24h"', desc="neon letters", palette=["#00ff00"])]),
    (333, 777, [box(1, 1, 5, 5, desc="雨の中の猫"), box(300, 700, 33, 77, type="text", text="SALE")]),
    (1024, 1024, [box(-50, -20, 200, 100, desc="cut off at the left"), box(900, 900, 400, 400, desc="at the right")]),
    (1024, 1024, [box(i * 60, i * 50, 100, 120, desc=f"thing {i}", palette=["#010203"] * 7) for i in range(12)]),
]


def main(host: Path) -> None:
    sys.path.insert(0, str(host))
    sys.argv = [sys.argv[0], "--cpu"]
    from comfy_extras.nodes_bounding_boxes import CreateBoundingBoxes
    from comfy_extras.nodes_json_prompt import BuildJsonPromptIdeogram
    from comfyui_version import __version__

    cases = []
    for width, height, boxes in CASES:
        _, bboxes, elements = CreateBoundingBoxes.execute(width, height, boxes).result
        (ideogram,) = BuildJsonPromptIdeogram.execute(
            elements, {"style": "none"}, high_level_description=CAPTION, background=BACKGROUND
        ).result
        cases.append(
            {
                "width": width,
                "height": height,
                "boxes": boxes,
                "elements": elements,
                "bboxes": bboxes,
                "ideogram": ideogram,
            }
        )
    golden = {"comfyui": __version__, "cases": cases}
    FILE.write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
