"""The host's search finds the pack by the words that people know, and hosts without such words still load it."""

import inspect

import pytest

pytestmark = pytest.mark.host

WORDS = [
    *("attention couple", "latent couple", "regional prompter", "forge couple", "area prompt", "bbox", "bounding box"),
    *("layout", "draw", "mask prompt", "composition", "multiple characters"),
]


@pytest.fixture
def aliases(comfy):
    from flux_regions.nodes import search_aliases

    return search_aliases


@pytest.mark.parametrize("word", WORDS)
def test_some_node_answers_to_the_word(aliases, word):
    assert any(word in words for words in aliases.ALIASES.values())


def test_every_entry_is_a_node_that_has_its_words(aliases, nodes):
    import flux_regions.nodes as package
    from comfy_api.latest import io

    schemas = {node.define_schema().node_id: node.define_schema() for node in package.NODES}
    assert set(aliases.ALIASES) <= set(schemas)
    for node_id, words in aliases.ALIASES.items():
        assert len(set(words)) == len(words)
        if "search_aliases" in inspect.signature(io.Schema).parameters:
            assert schemas[node_id].search_aliases == list(words)


@pytest.mark.parametrize("is_known", [True, False])
def test_a_schema_gets_the_words_where_it_has_a_place_for_them(aliases, monkeypatch, is_known):
    class Known:
        def __init__(self, node_id, search_aliases=None):
            pass

    class Unknown:
        def __init__(self, node_id):
            pass

    from comfy_api.latest import io

    monkeypatch.setattr(io, "Schema", Known if is_known else Unknown)
    keywords = aliases.search_aliases("FluxRegions_Canvas")
    (Known if is_known else Unknown)("FluxRegions_Canvas", **keywords)
    assert bool(keywords) == is_known
