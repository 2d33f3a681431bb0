"""Every node has a help page, served by the host, that speaks of all its inputs and outputs and only of those."""

import re

import pytest

pytestmark = pytest.mark.server


@pytest.fixture(scope="session")
def ours(object_info):
    return {kind: info for kind, info in object_info.items() if kind.startswith("FluxRegions_")}


@pytest.fixture(scope="session")
def pages(ours, server):
    """node id -> its page, fetched as the frontend does."""
    (folder,) = {info["python_module"].removeprefix("custom_nodes.") for info in ours.values()}
    return {kind: server.get(f"/extensions/{folder}/docs/{kind}.md").decode("utf-8") for kind in ours}


def rows(page: str, heading: str) -> list[str]:
    """The names in the first column of the table under a heading, without the optional mark."""
    section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    return re.findall(r"^\| `([^`]+)`", section[1], re.MULTILINE) if section else []


def test_the_page_begins_with_the_node_s_name(ours, pages):
    for kind, page in pages.items():
        assert page.startswith(f"# {ours[kind]['display_name']}\n"), kind


def test_the_tables_name_every_input_and_output(ours, pages):
    for kind, page in pages.items():
        inputs = ours[kind]["input"]
        declared = [*inputs.get("required", {}), *inputs.get("optional", {})]
        assert sorted(rows(page, "Inputs")) == sorted(declared), kind
        assert rows(page, "Outputs") == ours[kind]["output_name"], kind


def test_the_defaults_in_the_tables_are_the_nodes_own(ours, pages):
    for kind, page in pages.items():
        for group in ours[kind]["input"].values():
            for name, spec in group.items():
                default = spec[1].get("default") if len(spec) > 1 else None
                if isinstance(default, (int, float)) and not isinstance(default, bool):
                    stated = re.search(rf"^\| `{name}` \|.*, default ([\d.]+)\.\* \|$", page, re.MULTILINE)
                    assert stated and float(stated[1]) == default, (kind, name)


def test_every_page_ends_with_tips_and_mistakes(pages):
    for kind, page in pages.items():
        headings = re.findall(r"^## (.+)$", page, re.MULTILINE)
        assert {"Outputs", "Tips", "Common mistakes"} <= set(headings), kind
