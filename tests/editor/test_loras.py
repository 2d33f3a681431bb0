"""The LoRAs of a region, in the canvas."""

import pytest

from .conftest import TWO, document
from .test_first_minute import box

pytestmark = [pytest.mark.server, pytest.mark.browser, pytest.mark.slow]

FILES = ["people/anna.safetensors", "people/bert.safetensors", "ink.safetensors"]


@TWO
def test_a_lora_is_found_by_a_part_of_its_name_and_given_a_strength(canvas):
    canvas.page.route("**/models/loras", lambda route: route.fulfill(json=FILES))
    canvas.one_canvas(document(box("fox", 0.1, 0.1, 0.3), box("star", 0.5, 0.5, 0.3)))
    canvas.click(0.2, 0.2)
    field = canvas.page.locator("input[name=add-lora]:visible")
    field.focus()
    canvas.page.wait_for_function("() => document.querySelectorAll('datalist[id^=flux-regions] option').length === 3")
    field.fill("ann")
    field.press("Enter")
    canvas.page.get_by_role("spinbutton", name="Strength of people/anna.safetensors").fill("0.7")
    fox, star = canvas.regions()
    assert fox["loras"] == [{"name": "people/anna.safetensors", "strength": 0.7}]
    assert "loras" not in star
    canvas.click(0.6, 0.6)
    assert canvas.page.locator(".flux-regions-loras .flux-regions-line:visible").count() == 0
    canvas.click(0.2, 0.2)
    canvas.page.get_by_role("button", name="Remove the LoRA people/anna.safetensors").click()
    assert "loras" not in canvas.regions()[0]
    canvas.key("Control+z")
    assert canvas.regions()[0]["loras"][0]["strength"] == 0.7
    canvas.page.unroute("**/models/loras")
