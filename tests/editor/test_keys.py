"""Whose keys are whose: the prompt's, the drawing's, the list's, and ComfyUI's."""

import pytest

from .conftest import TWO, document
from .test_drawing import BOX, OTHER

pytestmark = [pytest.mark.server, pytest.mark.browser, pytest.mark.slow]
WATCH = """() => {
    window.passedKeys = [];
    if (window.keyWatch) return;
    window.keyWatch = event => {
        const names = [event.ctrlKey && 'Control', event.altKey && 'Alt', event.shiftKey && 'Shift', event.key];
        window.passedKeys.push(names.filter(Boolean).join('+'));
        event.stopPropagation();  // before ComfyUI acts: a dialog of it would take the keys that follow
        event.preventDefault();
    };
    document.body.addEventListener('keydown', window.keyWatch);
    window.ownQueuePrompt = app.queuePrompt;
    app.queuePrompt = () => { window.runs = (window.runs ?? 0) + 1; };
}"""
END_WATCH = """() => {
    document.body.removeEventListener('keydown', window.keyWatch);
    app.queuePrompt = window.ownQueuePrompt;
    delete window.keyWatch;
}"""


def passed(canvas, keys: list[str]) -> list[str]:
    """Of these keys those that get to the page."""
    canvas.page.evaluate(WATCH)
    for key in keys:
        canvas.key(key)
    reached = canvas.page.evaluate("() => window.passedKeys")
    return [key for key in keys if key in reached]


@TWO
def test_what_is_not_ours_passes_on(canvas):
    canvas.one_canvas(document(BOX))
    theirs = ["Control+s", "Control+Alt+Enter", "Control+Shift+Enter", "Control+o"]
    ours = ["Control+Enter", "Control+z", "Control+y", "Control+a", "Control+ArrowUp", "Delete", "r", "Escape"]
    canvas.tool("select")
    canvas.click(0.3, 0.3)
    assert passed(canvas, theirs + ours) == theirs
    assert canvas.page.evaluate("() => window.runs") == 1
    canvas.page.locator(".flux-regions-fields textarea:visible").first.focus()
    assert passed(canvas, [*theirs, "r", "Delete", "Control+z", "Enter"]) == theirs
    canvas.page.evaluate(END_WATCH)


def test_ctrl_up_and_down_weigh_the_words_of_a_prompt(canvas):
    canvas.one_canvas(document({**BOX, "prompt": "car"}))
    canvas.tool("select")
    canvas.click(0.3, 0.3)
    canvas.key("Enter")
    canvas.key("Control+a")
    canvas.key("Control+ArrowUp")
    assert canvas.regions()[0]["prompt"] == "(car:1.05)"


def test_the_list_obeys_the_drawings_keys(canvas):
    canvas.one_canvas(document(BOX, OTHER))
    canvas.page.locator(".flux-regions-title").nth(1).click()  # topmost first: this is BOX
    canvas.key("PageUp")
    assert [region["id"] for region in canvas.regions()] == ["b", "a"]
    canvas.key("Control+d")
    assert len(canvas.regions()) == 3
    canvas.key("Delete")
    assert [region["id"] for region in canvas.regions()] == ["b", "a"]
    canvas.page.locator(".flux-regions-row button[aria-label^=Hide]").first.click()
    assert canvas.page.evaluate("() => document.activeElement.className") == "flux-regions-keyboard"


def test_the_list_is_one_stop_with_arrows(canvas):
    canvas.one_canvas(document(BOX, OTHER))
    listbox = canvas.page.locator("[role=listbox]:visible, .flux-regions-listbox").first
    listbox.focus()
    canvas.key("ArrowDown")
    canvas.key("ArrowDown")
    heading = canvas.page.locator(".flux-regions-heading:visible").first
    assert heading.inner_text() == "Region 1"
    active = listbox.get_attribute("aria-activedescendant")
    option = canvas.page.locator(f"#{active}")
    assert option.get_attribute("aria-selected") == "true" and "Region 1" in option.get_attribute("aria-label")
    assert canvas.page.locator("[role=option] button").count() == 0
    labels = canvas.page.locator(".flux-regions-row button").evaluate_all(
        "buttons => buttons.map(button => button.ariaLabel)"
    )
    assert len(set(labels)) == len(labels) == 12
    assert canvas.page.locator(".flux-regions-list button[tabindex='0']").count() == 6, "those of the selected row"
    canvas.key("Delete")
    assert [region["id"] for region in canvas.regions()] == ["b"]


NOT_BY_SIGHT = """() => [...document.querySelectorAll('.flux-regions-editor :is(button, input, textarea)')].flatMap(field => {
    const seen = field.matches('button') ? field.innerText : (field.closest('label')?.innerText ?? '');
    const name = field.ariaLabel ?? seen;
    const word = seen.toLowerCase().match(/^[\\w ]+/)?.[0].trim() ?? '';
    return name.toLowerCase().includes(word) ? [] : [[seen, name]];
})"""
"""What is called otherwise than it is written, so that who speaks to the page cannot name what they see."""


@TWO
def test_fields_and_buttons_are_called_as_they_are_written(canvas):
    canvas.one_canvas(document(BOX))
    canvas.tool("select")
    canvas.click(0.3, 0.3)
    canvas.page.locator("button[aria-label^='Open the large']").first.click()
    assert canvas.page.evaluate(NOT_BY_SIGHT) == []
    canvas.page.locator(".flux-regions-dialog header button").click()
    canvas.page.evaluate("() => { app.graph.nodes[0].widgets[0].value = '{'; }")
    canvas.page.locator("button:visible", has_text="Start over").wait_for()
    assert canvas.page.evaluate(NOT_BY_SIGHT) == []


@TWO
def test_the_list_shows_where_the_selected_region_is_now(canvas):
    canvas.one_canvas(document(*({**BOX, "id": f"r{number}"} for number in range(12))))
    in_sight = """() => {
        const row = document.querySelector('.flux-regions-row.flux-regions-selected').getBoundingClientRect();
        const list = document.querySelector('.flux-regions-list').getBoundingClientRect();
        return row.top >= list.top - 1 && row.bottom <= list.bottom + 1;
    }"""
    canvas.page.locator(".flux-regions-title").last.click()
    for _ in range(11):
        canvas.key("PageUp")
    assert canvas.regions()[-1]["id"] == "r0" and canvas.page.evaluate(in_sight)
    canvas.page.locator(".flux-regions-title").last.click()
    canvas.page.locator(".flux-regions-toolbar select[aria-label=Template]").first.select_option("grid")
    canvas.page.keyboard.type("5 x 5")
    canvas.key("Enter")
    assert len(canvas.regions()) == 25 and canvas.page.evaluate(in_sight)


@TWO
def test_escape_goes_from_the_field_to_the_drawing_and_closes(canvas):
    canvas.one_canvas(document(BOX))
    canvas.page.locator("button[aria-label^='Open the large']").first.click()
    dialog = canvas.page.locator(".flux-regions-dialog")
    canvas.key("Tab")
    canvas.key("Enter")
    assert canvas.page.evaluate("() => document.activeElement.tagName") == "TEXTAREA"
    canvas.key("Escape")
    assert canvas.page.evaluate("() => document.activeElement.className") == "flux-regions-keyboard"
    assert dialog.count() == 1
    canvas.key("Escape")
    dialog.wait_for(state="detached")
