"""The pictures of the template browser: which nodes draw the regions, and how the pictures are put together."""

import subprocess

from PIL import Image

from devtools import host, paths, thumbnails


def workflow(**more) -> dict:
    return {
        "1": {"class_type": "FluxRegions_FromText", "inputs": {"text": "left: a fox"}},
        "2": {"class_type": "FluxRegions_Conditioning", "inputs": {"regions": ["1", 0], "clip": ["9", 1]}},
        "3": {"class_type": "SaveImage", "inputs": {"images": ["8", 0]}},
        **more,
    }


def shown(drawn: dict) -> list[str]:
    """The nodes whose pictures come out."""
    return [key for key, node in drawn.items() if node["class_type"] in ("PreviewImage", "SaveImage")]


def test_the_regions_of_the_regional_prompt_are_drawn_and_nothing_is_made():
    drawn = thumbnails.regions_drawn(workflow())
    (picture,) = shown(drawn)
    preview = drawn[drawn[picture]["inputs"]["images"][0]]
    assert preview == {"class_type": "FluxRegions_Preview", "inputs": {"regions": ["1", 0], "grid": "canvas"}}


def test_a_workflow_s_own_preview_keeps_its_settings():
    inputs = {"regions": ["1", 0], "grid": "tokens", "image": ["8", 0]}
    drawn = thumbnails.regions_drawn(workflow(**{"4": {"class_type": "FluxRegions_Preview", "inputs": inputs}}))
    (picture,) = shown(drawn)
    assert drawn[drawn[picture]["inputs"]["images"][0]]["inputs"] == inputs


def test_a_canvas_is_drawn_as_it_is_stored():
    canvas = {"class_type": "FluxRegions_Canvas", "inputs": {"document": "{}", "start_from": ["model", 0]}}
    assert thumbnails.regions_drawn(workflow(**{"1": canvas}))["1"]["inputs"] == {"document": "{}"}
    assert canvas["inputs"]["start_from"] == ["model", 0], "the workflow itself is left as it is"


def test_pictures_stand_side_by_side_and_four_in_two_rows(tmp_path):
    pictures = []
    for number, colour in enumerate(("red", "lime", "blue", "black")):
        pictures.append(tmp_path / f"{number}.png")
        Image.new("RGB", (64, 32), colour).save(pictures[-1])
    for count, size in ((1, (512, 256)), (2, (1032, 256)), (4, (1032, 520))):
        sheet = tmp_path / "sheet.jpg"
        command = [host.venv_python(), "-m", "devtools.thumbnails", sheet, *pictures[:count]]
        subprocess.run(command, cwd=paths.ROOT, check=True)
        with Image.open(sheet) as image:
            assert image.size == size
            assert image.getpixel((256, 128))[0] > 200 and image.getpixel((256, 128))[1] < 60
            if count > 1:
                assert image.getpixel((776, 128))[1] > 200
