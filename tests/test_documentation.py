"""What the documentation says of the repository is so: links, paths, commands, and the names of the model families."""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
MAX_README_BYTES = 8192
MAX_FILES_OF_ONE_STEP = 18
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
    return [target.partition("#")[::2] for target in targets if not re.match(r"[a-z]+:", target)]


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
