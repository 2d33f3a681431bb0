"""Text, documents, pictures and masks come into the editor, and go out of it."""

import base64
import io
import json

import pytest
from PIL import Image, ImageDraw

from .conftest import TWO, document
from .test_first_minute import box

pytestmark = [pytest.mark.server, pytest.mark.browser, pytest.mark.slow]

DROP = """([name, type, data]) => {
    const carried = new DataTransfer();
    const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
    if (name) carried.items.add(new File([bytes], name, { type }));
    else carried.setData('text/plain', new TextDecoder().decode(bytes));
    const target = document.querySelector('.flux-regions-picture');
    const at = { dataTransfer: carried, bubbles: true, cancelable: true };
    target.dispatchEvent(new DragEvent('dragover', at));
    target.dispatchEvent(new DragEvent('drop', at));
}"""
SENTENCE = ".flux-regions-notices .flux-regions-error:visible"


def drop(canvas, data: bytes, name: str = "", kind: str = "") -> None:
    canvas.page.evaluate(DROP, [name, kind, base64.b64encode(data).decode()])


def paste(canvas, text: str) -> None:
    canvas.page.evaluate("text => navigator.clipboard.writeText(text)", text)
    canvas.page.locator(".flux-regions-keyboard:visible").first.focus()
    canvas.key("Control+v")


def ring_and_box() -> bytes:
    """A mask of 400 x 300: a ring, and a box beside it."""
    picture, data = Image.new("L", (400, 300)), io.BytesIO()
    draw = ImageDraw.Draw(picture)
    draw.ellipse((40, 60, 219, 239), fill=255)
    draw.ellipse((90, 110, 169, 189), fill=0)
    draw.rectangle((280, 30, 359, 109), fill=255)
    picture.save(data, "PNG")
    return data.getvalue()


@TWO
def test_text_and_documents_come_in(canvas):
    page = canvas.page
    paste(canvas, "left half: a red car\nright half: a blue car")
    canvas.until_regions(2)
    assert [region["prompt"] for region in canvas.regions()] == ["a red car", "a blue car"]
    for text, words in (
        ("middle third: a car", "Line 1"),
        ('{"schema": 1, "regions": [{"strength": 7, "shapes": []}]}', "strength"),
        ('{"schema": 1, "regions": [', "not complete, correct JSON"),
        ('{"nodes": [], "links": []}', "workflow"),
    ):
        paste(canvas, text)
        page.locator(SENTENCE, has_text=words).wait_for()
    drop(canvas, b'{"schema": 1, "regions": [', "broken.json", "application/json")
    page.locator(SENTENCE, has_text="not complete, correct JSON").wait_for()
    assert len(canvas.regions()) == 2
    drop(canvas, document(box("fox", 0.1, 0.1, 0.3)).encode(), "fox.json", "application/json")
    canvas.until_regions(3)
    assert page.locator(SENTENCE).count() == 0, "what was said goes with the next edit"
    drop(canvas, b"top quarter: the sky")
    canvas.until_regions(4)
    page.locator(".flux-regions-keyboard:visible").first.focus()
    canvas.key("Control+z")
    assert len(canvas.regions()) == 3


@TWO
def test_a_picture_is_a_backdrop_or_a_region_and_masks_go_out(canvas, tmp_path):
    page = canvas.page
    drop(canvas, ring_and_box(), "ring.png", "image/png")
    page.locator(".flux-regions-question button", has_text="Backdrop").click()
    assert canvas.regions() == []
    drop(canvas, ring_and_box(), "ring.png", "image/png")
    page.locator(".flux-regions-question button", has_text="Region").click()
    canvas.until_regions(1)
    (region,) = canvas.regions()
    assert region["name"] == "ring"
    assert [shape.get("mode", "add") for shape in region["shapes"]] == ["add", "add", "subtract"]
    assert len(json.dumps(region)) < 4000
    files = page.locator("select[aria-label=File]:visible")
    with page.expect_download() as download:
        files.select_option("mask")
    download.value.save_as(tmp_path / "mask.png")
    assert download.value.suggested_filename == "ring.png"
    saved = Image.open(tmp_path / "mask.png").convert("L")
    assert saved.size == (512, 384)
    wanted = Image.open(io.BytesIO(ring_and_box())).resize(saved.size)
    different = sum(abs(a - b) > 127 for a, b in zip(saved.tobytes(), wanted.tobytes(), strict=True))
    assert different < 0.01 * len(saved.tobytes()), "the same mask as came in"
    with page.expect_download() as download:
        files.select_option("document")
    download.value.save_as(tmp_path / "regions.json")
    assert json.loads((tmp_path / "regions.json").read_text()) == canvas.value()
