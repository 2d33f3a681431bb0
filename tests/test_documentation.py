"""What the documentation says of the repository is so: links, paths, commands, model families, settings, workflows."""

import importlib.util
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from benchmarks.settings.scenes import SCENES
from devtools.gallery import gallery_page

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
MAX_README_BYTES = 8192
MAX_FILES_OF_ONE_STEP = 18
MAX_PICTURES_BYTES = 1_000_000
OTHER_TOOLS = (
    *("Regional Prompter", "Attention Couple", "Forge Couple", "Latent Couple", "GLIGEN", "InvokeAI"),
    *("Krita AI Diffusion", "Omost"),
)
PLACEHOLDER = re.compile(r"NAME|Name|\*|\.\.\.")
PATH_IN_BACKTICKS = re.compile(r"`((?:[\w.]+/)+[\w.*]*)`")


def page_name(page):
    return page.relative_to(ROOT).as_posix()


def anchors(text):
    """The fragments that a page's headings make, as GitHub does."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def relative_links(text):
    """(path, fragment) of every link and picture of a page that does not leave the repository."""
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    return [unquote(target).partition("#")[::2] for target in targets if not re.match(r"[a-z]+:", target)]


def test_the_readme_is_short():
    assert (ROOT / "README.md").stat().st_size <= MAX_README_BYTES


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_every_relative_link_leads_somewhere(page):
    text = page.read_text("utf-8")
    for path, fragment in relative_links(text):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{path} is not there"
        assert target.is_relative_to(ROOT), f"{path} leaves the repository"
        assert not fragment or fragment in anchors(target.read_text("utf-8")), f"{path} has no heading #{fragment}"


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_every_path_in_the_text_exists(page):
    """Paths in backticks with a slash; those with a NAME in them are patterns, .dev/ and ComfyUI/ are not ours."""
    for path in PATH_IN_BACKTICKS.findall(page.read_text("utf-8")):
        if not PLACEHOLDER.search(path) and not path.startswith((".dev/", "ComfyUI/")):
            assert (ROOT / path).exists(), path


def test_the_reading_order_is_one_list_of_few_files():
    section = (ROOT / "docs" / "design.md").read_text("utf-8").partition("### Reading order")[2].partition("\n## ")[0]
    files = re.findall(r"^\d+\. \[([^\]]+)\]\(\.\./([^)]+)\)", section, re.MULTILINE)
    assert 0 < len(files) <= MAX_FILES_OF_ONE_STEP
    assert all(label == target for label, target in files)
    assert len(set(files)) == len(files), "nobody has to turn back"


@pytest.fixture(scope="module")
def dev():
    """dev.py as a module."""
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", [*PAGES, ROOT / "pocket" / "README.md"], ids=page_name)
def test_every_command_in_the_text_is_one_of_dev_py(dev, page):
    _, commands = dev.parsers()
    text = page.read_text("utf-8")
    for command, rest in re.findall(r"python dev\.py (\w+)([^\n`#]*)", text):
        assert command in commands, command
        if command == "bench":
            name = (rest.split() or [""])[0]
            assert not name or (ROOT / "benchmarks" / name / "__main__.py").exists(), name
        else:
            options = [word for word in rest.split() if word.startswith("--")]
            assert set(options) <= set(commands[command]._option_string_actions), (command, rest)


@pytest.mark.host
@pytest.mark.usefixtures("comfy")
def test_the_readme_lists_every_workflow_and_every_node():
    from flux_regions.nodes import NODES

    tables = re.findall(r"^\| (.+?) \|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    workflows = {path.stem for path in (ROOT / "workflows").glob("*.json")}
    assert workflows == {name for row in tables for name in re.findall(r"`([^`]+)`", row)}
    names = {node.define_schema().display_name for node in NODES}
    assert names == {name for row in tables if row[0] not in "`-" for name in row.split(", ")} - {"node", "workflow"}


# The families: one list, in adapter/families.


@pytest.mark.host
@pytest.mark.usefixtures("comfy")
def test_the_error_for_another_model_names_the_families():
    import torch
    from flux_regions.adapter.families import family_names, family_of

    with pytest.raises(ValueError, match=re.escape(family_names())):
        family_of(torch.nn.Linear(1, 1))


@pytest.mark.host
@pytest.mark.usefixtures("comfy")
def test_the_tooltip_of_apply_names_the_families():
    from flux_regions.adapter import family_names
    from flux_regions.nodes import NODES

    (apply,) = [node for node in NODES if node.define_schema().node_id == "FluxRegions_Apply"]
    (model,) = [node_input for node_input in apply.define_schema().inputs if node_input.id == "model"]
    assert family_names() in model.tooltip


@pytest.mark.host
@pytest.mark.usefixtures("comfy")
@pytest.mark.parametrize("page", ["README.md", "js/docs/FluxRegions_Conditioning.md", "js/docs/FluxRegions_Apply.md"])
def test_the_pages_name_the_families(page):
    from flux_regions.adapter import family_names

    assert family_names() in (ROOT / page).read_text("utf-8")


# The gallery and the page of settings.


def test_the_gallery_is_what_the_workflows_say():
    assert (ROOT / "docs" / "gallery.md").read_text("utf-8") == gallery_page(), "python dev.py demo --thumbnails"


SETTINGS = (ROOT / "docs" / "settings.md").read_text("utf-8")


def test_each_scene_of_the_settings_has_its_picture_on_the_page():
    shown = re.findall(r"\]\(settings/(\w+)\.jpg\)", SETTINGS)
    assert shown == [scene.setting for scene in SCENES]
    pictures = sorted((ROOT / "docs" / "settings").iterdir())
    assert [path.name for path in pictures] == sorted(f"{name}.jpg" for name in shown)
    assert sum(path.stat().st_size for path in pictures) < MAX_PICTURES_BYTES
    for scene in SCENES:
        section = re.split(r"^## ", SETTINGS.partition(f"settings/{scene.setting}.jpg")[0], flags=re.MULTILINE)[-1]
        assert scene.setting in section.partition("\n")[0], "the picture stands under its heading"


@pytest.mark.host
@pytest.mark.usefixtures("comfy")
def test_the_page_of_settings_speaks_of_every_input_and_option():
    from flux_regions.nodes import NODES

    (node,) = [node for node in NODES if node.define_schema().node_id == "FluxRegions_Conditioning"]
    headings = re.findall(r"^## (.+)$", SETTINGS, re.MULTILINE)
    for node_input in node.define_schema().inputs:
        assert f"`{node_input.id}`" in SETTINGS or any(node_input.id in heading for heading in headings), node_input.id
        for option in getattr(node_input, "options", None) or ():
            assert f"*{option}*" in SETTINGS or node_input.id == "background_in_regions", (node_input.id, option)


@pytest.mark.host
@pytest.mark.usefixtures("comfy")
def test_the_scenes_take_values_that_the_nodes_have():
    from flux_regions.nodes import NODES

    schemas = {node.define_schema().node_id: node.define_schema() for node in NODES}
    for scene in SCENES:
        node_id = "FluxRegions_FromBox" if scene.of_regions else "FluxRegions_Conditioning"
        (node_input,) = [item for item in schemas[node_id].inputs if item.id == scene.setting]
        options = getattr(node_input, "options", None)
        allowed = set(options) - {"auto"} if options else (node_input.min, node_input.max)
        assert set(scene.values) == allowed if options else min(scene.values) >= 0 and max(scene.values) == allowed[1]


# The page for people who come from other tools.


@pytest.mark.host
@pytest.mark.usefixtures("comfy")
def test_the_page_from_other_tools_names_nodes_and_inputs_that_are_there():
    from flux_regions.nodes import NODES

    page = (ROOT / "docs" / "from_other_tools.md").read_text("utf-8")
    schemas = [node.define_schema() for node in NODES]
    names = {schema.display_name for schema in schemas}
    nodes = set(re.findall(r"\*((?:Region|Layout|Prompt|Set|Crop|Preview|Paste|Plan)[A-Za-z ]+)\*", page))
    assert nodes and nodes <= names, nodes - names
    inputs = {item.id for schema in schemas for item in schema.inputs}
    words = {word for word in re.findall(r"`(\w\w+)`", page) if not word.isupper()}
    assert words <= inputs, words - inputs
    for tool in OTHER_TOOLS:
        assert f"| {tool}" in page or f", {tool}" in page, tool
