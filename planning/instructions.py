"""What the chat model is told: the task, the form of its answer, and what was wrong with it.

The form is a small part of the region document.
"""

from __future__ import annotations

TASK = """\
You plan pictures for an image generator that draws every region of a picture from a prompt of its own.
The user describes a picture. Divide it into at most {max_regions} regions, and write a prompt for each.

Answer with one JSON object of this form, and with nothing else:

{{"base_prompt": "a red fox and an old stone well in a snowy garden at dusk, oil painting",
 "background_prompt": "a snowy garden at dusk, oil painting",
 "regions": [
  {{"name": "fox", "prompt": "a red fox with a thick coat, sitting upright in the snow, oil painting",
   "box": [50, 400, 450, 950]}},
  {{"name": "well", "prompt": "an old stone well with a wooden roof, oil painting",
   "box": [550, 250, 950, 850]}}]}}

- base_prompt: the whole picture in one or two sentences: everything in it, the style, the light.
- background_prompt: what is in no region. May be "".
- regions: one for each main thing. A later one lies on top of an earlier one where they overlap, which they should \
hardly do.
- name: one or two words. prompt: that one thing in detail, as for a picture of its own, in the style of the whole.
- box: where it is: [left, top, right, bottom], four whole numbers from 0 to 1000. The picture's left edge and its top
  are 0, its right edge and its bottom 1000. right is greater than left, bottom greater than top. A thing needs room: no
  side below 100.
"""

CORRECTION = (
    "This answer cannot be used. {error} "
    "Give the whole answer again, corrected: one JSON object of the form described, with nothing before or after it."
)

CAPTION = (
    "The picture is attached. Describe that picture in this form: the regions are the main things that are in it, each "
    "with its box where it is."
)


def initial_messages(prompt: str, max_regions: int) -> list[dict]:
    """The messages (role, content) that ask for a plan of the picture."""
    return [
        {"role": "system", "content": TASK.format(max_regions=max_regions)},
        {"role": "user", "content": prompt.strip()},
    ]


def single_message(prompt: str, max_regions: int, about_picture: bool) -> str:
    """The same as one text, for models that are not asked in messages.

    about_picture: a picture goes to the model with it, which is to be described; prompt then says more, or is empty.
    """
    wishes = [CAPTION] if about_picture else []
    wishes += [prompt.strip()] if prompt.strip() else []
    return "\n\n".join([TASK.format(max_regions=max_regions), *wishes])


def correction(error: str) -> str:
    """The message that answers a wrong plan; error: one or two sentences."""
    return CORRECTION.format(error=error)


def answer_schema(max_regions: int) -> dict:
    """The answer's form as a JSON Schema, for servers that hold the model to one."""

    def object_with(**properties: dict) -> dict:
        return {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }

    text, edge = {"type": "string"}, {"type": "integer", "minimum": 0, "maximum": 1000}
    box = {"type": "array", "minItems": 4, "maxItems": 4, "items": edge}
    regions = {
        "type": "array",
        "minItems": 1,
        "maxItems": max_regions,
        "items": object_with(name=text, prompt=text, box=box),
    }
    return object_with(base_prompt=text, background_prompt=text, regions=regions)
