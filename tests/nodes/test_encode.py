"""Encode: prompts become embeddings by the host's own text encoder, padded as in the paper or trimmed."""

import logging

import pytest
import torch

from support.regional import random_text

pytestmark = pytest.mark.host


@pytest.fixture(scope="module")
def clip(nodes):
    return nodes.PocketModel()[1]


@pytest.fixture(scope="module")
def two(nodes):
    (regions,) = nodes.FromBox(prompt="a red circle", name="circle")
    (regions,) = nodes.FromBox(prompt="a blue star on a white background", x=0.5, regions=regions)
    return regions


def encoded(clip, prompt):
    return clip.encode_from_tokens_scheduled(clip.tokenize(prompt))[0][0]


def test_every_prompt_is_encoded_as_the_host_encodes_it(nodes, clip, two):
    (prompt,) = nodes.Encode(clip=clip, regions=two, base_prompt="a picture", background_prompt="a plain wall")
    assert torch.equal(prompt.base[0][0], encoded(clip, "a picture")) and "pooled_output" in prompt.base[0][1]
    wanted = ["a red circle", "a blue star on a white background", "a plain wall"]
    assert all(torch.equal(text, encoded(clip, words)) for text, words in zip(prompt.texts, wanted, strict=True))
    assert prompt.has_background


def test_trim_keeps_as_much_of_the_padded_embeddings_as_the_longest_prompt_needs(nodes, clip, two):
    (kept,) = nodes.Encode(clip=clip, regions=two, base_prompt="x", background_prompt="a wall", padding="keep")
    (trimmed,) = nodes.Encode(clip=clip, regions=two, base_prompt="x", background_prompt="a wall", padding="trim")
    ids = [token for token, _ in clip.tokenize("a blue star on a white background")["t5xxl"][0]]
    for long, short, cut in zip(kept.texts, trimmed.texts, trimmed.trimmed, strict=True):
        assert short.shape[1] == ids.index(1) + 1 < long.shape[1] == short.shape[1] + cut, (
            "up to and with the end token"
        )
        assert torch.equal(short, long[:, : short.shape[1]])
    assert torch.equal(trimmed.base[0][0], kept.base[0][0]), "the base prompt is never trimmed"


class TokensOnly:
    """The host's tokenizer, and in place of the encoder (gigabytes) one random vector for each token."""

    def __init__(self, tokenizer, name):
        self.tokenizer, self.name = tokenizer, name

    def tokenize(self, words):
        return self.tokenizer.tokenize_with_weights(words)

    def encode_from_tokens_scheduled(self, tokens):
        length = sum(len(section) for section in tokens[self.name])
        return [[torch.randn(1, length, 32, generator=torch.Generator().manual_seed(0)), {"pooled_output": None}]]


def test_trim_on_chroma_changes_nothing_since_its_text_has_no_padding(nodes, comfy, two):
    import comfy.text_encoders.pixart_t5

    clip = TokensOnly(comfy.text_encoders.pixart_t5.PixArtTokenizer(), "t5xxl")
    (kept,) = nodes.Encode(clip=clip, regions=two, base_prompt="x", padding="keep")
    (trimmed,) = nodes.Encode(clip=clip, regions=two, base_prompt="x", padding="trim")
    assert all(torch.equal(a, b) for a, b in zip(kept.texts, trimmed.texts, strict=True))
    assert kept.trimmed == (None, None) and trimmed.trimmed == (0, 0) and kept.texts[0].shape[1] < 10


def test_trim_on_klein_takes_qwen_s_padding_off_behind_the_words(nodes, comfy, two):
    flux = pytest.importorskip("comfy.text_encoders.flux")
    if not hasattr(flux, "KleinTokenizer"):
        pytest.skip("this ComfyUI has no Klein yet")
    clip = TokensOnly(flux.KleinTokenizer(), "qwen3_4b")
    (kept,) = nodes.Encode(clip=clip, regions=two, base_prompt="x", padding="keep")
    (trimmed,) = nodes.Encode(clip=clip, regions=two, base_prompt="x", padding="trim")
    for long, short, cut in zip(kept.texts, trimmed.texts, trimmed.trimmed, strict=True):
        assert long.shape[1] == 512 == short.shape[1] + cut and 10 < short.shape[1] < 40
        assert torch.equal(short, long[:, : short.shape[1]])


def test_a_prompt_longer_than_the_padding_is_not_cut(nodes, clip):
    words = "a red circle and " * 40
    (regions,) = nodes.FromBox(prompt=words)
    for padding in ("keep", "trim"):
        (prompt,) = nodes.Encode(clip=clip, regions=regions, base_prompt="x", padding=padding)
        assert prompt.texts[0].shape[1] == encoded(clip, words).shape[1] > 100


def test_weights_in_a_prompt_mean_what_they_mean_to_the_host(nodes, clip):
    texts = []
    for words in ("a (red:1.5) circle", "a red circle"):
        (regions,) = nodes.FromBox(prompt=words)
        texts.append(nodes.Encode(clip=clip, regions=regions, base_prompt="x")[0].texts[0])
    assert texts[0].shape == texts[1].shape and not torch.equal(*texts)


def test_a_conditioning_of_its_own_goes_before_the_prompt(nodes, clip, two):
    (regions,) = nodes.SetConditioning(regions=two, region="circle", conditioning=random_text(4))
    (prompt,) = nodes.Encode(clip=clip, regions=regions, base_conditioning=random_text(0), padding="trim")
    assert torch.equal(prompt.texts[0], random_text(4)[0][0]) and torch.equal(prompt.base[0][0], random_text(0)[0][0])
    assert len(prompt.texts) == 2 and not prompt.has_background


def test_an_empty_base_prompt_is_warned_of(nodes, clip, two, caplog):
    with caplog.at_level(logging.WARNING):
        nodes.Encode(clip=clip, regions=two)
    assert "The base prompt is empty" in caplog.text


def test_a_clip_whose_text_changes_over_time_is_said_to_give_a_region_the_first_alone(nodes, two, caplog):
    """As Set CLIP Hooks makes one, with schedule_clip."""

    class Clip:
        tokenizer = None

        def tokenize(self, _):
            return {}

        def encode_from_tokens_scheduled(self, _):
            return random_text(1) + random_text(2)

    with caplog.at_level(logging.WARNING):
        (prompt,) = nodes.Encode(clip=Clip(), regions=two, base_prompt="x")
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 2 and lines[0].startswith("Region 1 ('circle'): this CLIP") and "2 texts" in lines[0]
    assert len(prompt.base) == 2 and torch.equal(prompt.texts[0], random_text(1)[0][0])


def test_combined_conditionings_are_refused_for_a_region(nodes, two):
    with pytest.raises(ValueError, match="Region '1': its conditioning has 2 parts"):
        nodes.SetConditioning(regions=two, region="1", conditioning=random_text(1) + random_text(2))


def test_no_regions_are_the_plain_base_prompt(nodes, clip):
    from flux_regions.regions import RegionSet

    (prompt,) = nodes.Encode(clip=clip, regions=RegionSet(background_prompt="a lawn"), base_prompt="a circle")
    assert len(prompt.regions) == len(prompt.texts) == 0 and not prompt.has_background
    assert torch.equal(prompt.base[0][0], clip.encode_from_tokens(clip.tokenize("a circle")))


def test_equal_prompts_are_encoded_once(nodes, clip):
    regions = None
    for words in ("a circle", "a star", "a circle"):
        (regions,) = nodes.FromBox(prompt=words, regions=regions)
    (prompt,) = nodes.Encode(clip=clip, regions=regions, base_prompt="x", background_prompt="a star")
    circle, star, again, background = prompt.texts
    assert again is circle and background is star and not torch.equal(circle, star)


def test_a_redux_strength_that_would_be_lost_is_warned_of(nodes, two, caplog):
    redux = [[torch.zeros(1, 10, 32), {"attention_mask": torch.ones(1, 10, 10), "attention_mask_img_shape": (5, 5)}]]
    with caplog.at_level(logging.WARNING):
        nodes.SetConditioning(regions=two, region="circle", conditioning=redux)
    assert "attention mask" in caplog.text and "'multiply'" in caplog.text
