"""Families without a golden file against a reference of their own: the plain model, with full softmax under masks.

The reference gets all texts in one row, as the pack does it, and nothing else of the pack: an attention of its own, and
positions by definition.
"""

import pytest
import torch

pytestmark = pytest.mark.host

BOXES = ((0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 0.25, 1.0))  # of 8 x 8 tokens; the last quarter follows the base prompt
TEXTS = (7, 38, 11)  # tokens of both regions' texts and of the base text
BETA = 0.3


def softmax_attention(q, k, v, allowed):
    scores = (q.double() @ k.double().transpose(-1, -2)) * q.shape[-1] ** -0.5
    return (scores.masked_fill(~allowed, float("-inf")).softmax(-1) @ v.double()).float()


class DenseReference:
    """A foreign attention override: what a call is, is told by the numbers of its tokens."""

    def __init__(self):
        self.owner = torch.full((8, 8), 2)  # of every image token: region 0, region 1, or the base prompt
        self.owner[:, :4], self.owner[:, 4:6] = 0, 1
        self.owner = self.owner.flatten()
        self.text_of = torch.cat([torch.full((length,), index) for index, length in enumerate(TEXTS)])
        self.regional = torch.where(self.owner < 2, 1 - BETA, 0.0)[:, None]

    def __call__(self, _func, q, k, v, *_, **__):
        texts, image = len(self.text_of), len(self.owner)
        of_query = {texts: self.text_of, image: self.owner, texts + image: torch.cat([self.text_of, self.owner])}
        asking, asked = of_query[q.shape[2]], of_query[k.shape[2]]
        same = asking[:, None] == asked[None]
        everything = torch.ones_like(same)
        base_keys = asked == 2
        if k.shape[2] == texts and q.shape[2] == texts:  # texts refined by themselves
            out = softmax_attention(q, k, v, same)
        elif k.shape[2] == texts:  # image tokens see texts
            merged = (base_keys[None] & everything, self.regional)
            out = self.merge(q, k, v, same, *merged)
        elif q.shape[2] == image and self.refines_image:  # the image refined by itself
            out = softmax_attention(q, k, v, everything)
        elif q.shape[2] == image:
            out = self.merge(q, k, v, same, everything, self.regional)
        else:
            base_keys = torch.cat([self.text_of == 2, torch.ones(image, dtype=torch.bool)])
            weight = torch.cat([(self.text_of < 2).float()[:, None], self.regional])
            out = self.merge(q, k, v, same, base_keys[None] & everything, weight)
        return out.transpose(1, 2).flatten(2)

    @staticmethod
    def merge(q, k, v, regional, base, weight):
        regional = regional | ~regional.any(1, keepdim=True)  # rows of weight 0 must not be empty
        return weight * softmax_attention(q, k, v, regional) + (1 - weight) * softmax_attention(q, k, v, base)


def number_by_definition(diffusion_model):
    """Lumina 2 numbers one row of texts from 1 on: each is to end where the base text ends, the image right behind."""
    before = sum(TEXTS[:2])
    table = [0.0]
    for length in TEXTS:
        table += [float(TEXTS[2] - length + 1 + position) for position in range(length)]
    table = torch.tensor([*table, TEXTS[2] + 1.0])
    assert len(table) == before + TEXTS[2] + 2

    def renumber(_, args):
        ids = args[0].clone()
        ids[..., 0] = table[ids[..., 0].long()]
        return (ids, *args[1:])

    diffusion_model.rope_embedder.register_forward_pre_hook(renumber)


@pytest.mark.parametrize("subject", ["cosmos", "mage", "lumina2"], indirect=True)
def test_regions_equal_a_dense_reference(subject):
    texts = [subject.text(seed, tokens) for seed, tokens in zip((1, 2, 0), TEXTS, strict=True)]
    model, positive, _ = subject.applied(subject.prompt(BOXES, texts[:2], texts[2]), base_ratio=BETA)
    prediction = subject.predict(model, positive)

    plain = subject.model()
    reference = DenseReference()
    reference.refines_image = subject.name == "lumina2"
    if subject.name == "lumina2":
        number_by_definition(plain.model.diffusion_model)
    dense = plain.clone()
    dense.model_options.setdefault("transformer_options", {})["optimized_attention_override"] = reference
    row = [[torch.cat([text[0][0] for text in texts], 1), texts[2][0][1]]]
    expected = subject.predict(dense, row)
    assert (prediction - expected).abs().max() < 2e-5
    assert (prediction - subject.predict(subject.model(), texts[2])).abs().max() > 0.02
