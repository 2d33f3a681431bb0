"""Translations: every node has its name and description in every language, the main nodes all of theirs; no more."""

import json
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.host

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = {"zh": r"[\u4e00-\u9fff]", "ja": r"[\u3040-\u30ff\u4e00-\u9fff]", "ko": r"[\uac00-\ud7af]"}
"""Each with a character that its words have."""
MAIN_NODES = [f"FluxRegions_{name}" for name in ("Canvas", "Conditioning", "FromText", "Preview", "FromLayout")]


@pytest.fixture(scope="module")
def schemas(comfy):
    import flux_regions.nodes as package

    return {node.define_schema().node_id: node.define_schema() for node in package.NODES}


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture
def translations(language):
    return json.loads((ROOT / "locales" / language / "nodeDefs.json").read_text("utf-8"))


def test_every_node_has_its_name_and_description(schemas, translations, language):
    assert set(translations) == set(schemas)
    for node_id, entry in translations.items():
        assert set(entry) - {"inputs", "outputs"} == {"display_name", "description"}, node_id
        assert re.search(LANGUAGES[language], entry["description"]), node_id
        assert re.search(LANGUAGES[language], entry["display_name"]), node_id


@pytest.mark.parametrize("node_id", MAIN_NODES)
def test_the_main_nodes_have_all_their_inputs_and_outputs(schemas, translations, language, node_id):
    schema, entry = schemas[node_id], translations[node_id]
    assert set(entry["inputs"]) == {item.id for item in schema.inputs}
    assert list(entry["outputs"]) == [str(index) for index in range(len(schema.outputs))]
    for item in schema.inputs:
        words = entry["inputs"][item.id]
        assert set(words) == {"name", "tooltip"} and words["name"].strip(), item.id
        assert re.search(LANGUAGES[language], words["tooltip"]), item.id
        # Option values are contracts: a tooltip that explains them in English names them in the translation, too.
        explained = set(re.findall(r"\b(\w+):", item.tooltip)) & set(map(str, getattr(item, "options", None) or ()))
        assert all(option in words["tooltip"] for option in explained), item.id


@pytest.mark.parametrize("node_id", MAIN_NODES)
def test_the_main_nodes_have_a_help_page(schemas, translations, language, node_id):
    """With every input in its table, by the name that workflows have, and the name that people see."""
    page = (ROOT / "js" / "docs" / node_id / f"{language}.md").read_text("utf-8")
    assert page.startswith(f"# {translations[node_id]['display_name']}\n")
    rows = re.findall(r"^\| `(\w+)` (\S[^|]*) \|", page, re.MULTILINE)
    inputs = translations[node_id]["inputs"]
    outputs = [
        (output.display_name or output.id, translations[node_id]["outputs"][str(index)]["name"])
        for index, output in enumerate(schemas[node_id].outputs)
    ]
    expected = [(item.id, inputs[item.id]["name"]) for item in schemas[node_id].inputs] + outputs
    assert sorted(rows) == sorted(expected)


def test_the_category_is_translated(language):
    words = json.loads((ROOT / "locales" / language / "main.json").read_text("utf-8"))
    assert re.search(LANGUAGES[language], words["nodeCategories"]["flux regions"])
