"""What the page makes of a graph (UI format), worked out from the host's own description of the nodes."""

WIDGETS = {"INT", "FLOAT", "STRING", "BOOLEAN", "COMBO"}
CHOICES_WITH_INPUTS = "COMFY_DYNAMICCOMBO_V3"
"""Of newer hosts: a choice, and the inputs that the chosen option brings along."""
NEWER_NODES = {"TextGenerate": "0.29.0", "SplitImageToTileList": "0.33.0", "ImageMergeTileList": "0.33.0"}
"""Nodes of ComfyUI that the oldest supported one has not, and a version that has them."""
NOTES = ("Note", "MarkdownNote")
NEWER_INPUTS = {
    "ContextWindowsManual": (
        *("freenoise", "cond_retain_index_list", "split_conds_to_windows", "latent_retain_index_list"),
        "causal_window_fix",
    )
}
"""Of nodes of ComfyUI: what its newer versions require, and older ones do not look at, at the end of their inputs."""


def declared(info: dict) -> dict:
    """A node's inputs by name: [type or list of choices, options]."""
    return {**info["input"].get("required", {}), **info["input"].get("optional", {})}


def options(spec: list) -> dict:
    return spec[1] if len(spec) > 1 else {}


def is_widget(spec: list) -> bool:
    return (isinstance(spec[0], list) or spec[0] in {*WIDGETS, CHOICES_WITH_INPUTS}) and not options(spec).get(
        "forceInput"
    )


def choices(spec: list) -> list | None:
    if isinstance(spec[0], list):
        return spec[0]
    if spec[0] == CHOICES_WITH_INPUTS:
        return [option["key"] for option in options(spec)["options"]]
    return options(spec).get("options") if spec[0] == "COMBO" else None


def widget_names(info: dict) -> list[str | None]:
    """A node's widgets in the page's order; None for those that exist only on the page."""
    names, uploads = [], []
    for name, spec in declared(info).items():
        if is_widget(spec):
            names.append(name)
            names += [None] if options(spec).get("control_after_generate") else []
            uploads += [None] if options(spec).get("image_upload") else []
    return [*names, *unknown_newer_inputs(info), *uploads]


def unknown_newer_inputs(info: dict) -> list[str]:
    """Inputs that files give to a node of this host, which does not have them yet."""
    return [name for name in NEWER_INPUTS.get(info["name"], ()) if name not in declared(info)]


def exported(graph: dict, object_info: dict) -> dict:
    """The graph in API format, without titles, as the page's Export (API) writes it."""
    links = {link[0]: [str(link[1]), link[2]] for link in graph["links"]}
    prompt = {}
    for node in graph["nodes"]:
        if node["type"] in NOTES:
            continue
        names = widget_names(object_info[node["type"]])
        inputs = {name: value for name, value in zip(names, node["widgets_values"], strict=True) if name}
        inputs |= {slot["name"]: links[slot["link"]] for slot in node["inputs"] if slot["link"] is not None}
        prompt[str(node["id"])] = {"inputs": inputs, "class_type": node["type"]}
    return prompt


def untitled(prompt: dict) -> dict:
    return {key: {name: value for name, value in node.items() if name != "_meta"} for key, node in prompt.items()}
