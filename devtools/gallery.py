"""docs/gallery.md: every workflow with its picture, its first words, what it needs and its graph, from workflows/."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

from . import paths

PAGE = paths.ROOT / "docs" / "gallery.md"
INTRODUCTION = """\
# Gallery

Every workflow of this pack, as **Templates > flux-regions** lists them. The first picture of each is its regions, the \
others are what the workflow makes with Pocket Flux, the miniature model in the pack. Where it needs another model, the \
regions stand alone: nothing was made with those here. `python dev.py demo --thumbnails` writes this page and makes its pictures anew.
"""
FOLDERS = {"image": "input", "lora_name": "loras"}
"""Of workflows/ and of ComfyUI, by the name of a node's input that names a file in it."""


def gallery_page() -> str:
    """The page, from the files of workflows/."""
    return "\n".join([INTRODUCTION, *(_lesson(path) for path in sorted(paths.WORKFLOWS.glob("*.json")))])


def write_gallery() -> Path:
    PAGE.write_text(gallery_page(), "utf-8")
    return PAGE


def _lesson(path: Path) -> str:
    graph = json.loads(path.read_text("utf-8"))
    prompt = json.loads((path.parent / "api" / path.name).read_text("utf-8"))
    (note,) = [node["widgets_values"][0] for node in graph["nodes"] if node["type"] == "MarkdownNote"]
    file = f"../workflows/{quote(path.stem)}"
    return f"""\
## {path.stem}

{note.partition(chr(10) * 2)[0]}

[![Its regions and pictures]({file}.jpg)]({file}.json)

{_needs(graph, prompt)}

<details><summary>Graph</summary>

```mermaid
{flow_chart(prompt)}
```

</details>
"""


def _needs(graph: dict, prompt: dict) -> str:
    """What is to be in ComfyUI's folders, as sentences."""
    models = [model["name"] for node in graph["nodes"] for model in node["properties"].get("models", ())]
    files = [
        (folder, node["inputs"][name])
        for node in prompt.values()
        for name, folder in FOLDERS.items()
        if isinstance(node["inputs"].get(name), str)
    ]
    copies = [
        f"`workflows/{folder}/{name}` to ComfyUI's `{folder}`"
        for folder, name in files
        if (paths.WORKFLOWS / folder / name).is_file()
    ]
    others = [name for folder, name in files if not (paths.WORKFLOWS / folder / name).is_file()]
    sentences = [
        _sentence("Model files", [f"`{name}`" for name in models]),
        _sentence("Copy first", copies),
        _sentence("Files of yours in place of", [f"`{name}`" for name in others]),
    ]
    return " ".join(sentence for sentence in sentences if sentence) or "It needs no file: press Run."


def _sentence(start: str, items: list[str]) -> str:
    return f"{start}: {', '.join(dict.fromkeys(items))}." if items else ""


def flow_chart(prompt: dict) -> str:
    """The nodes of a workflow (API format), by their titles, and an arrow for each pair that is connected: Mermaid."""
    lines = ["flowchart LR"]
    for key, node in prompt.items():
        title = node["_meta"]["title"].replace("#", "#35;").replace('"', "#quot;")
        lines.append(f'    n{key}["{title}"]')
    links = {
        (value[0], key): None
        for key, node in prompt.items()
        for value in node["inputs"].values()
        if type(value) is list
    }
    return "\n".join([*lines, *(f"    n{source} --> n{target}" for source, target in links)])
