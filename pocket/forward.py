"""FLUX and T5 as plain functions of their parameters: out of place, so that autograd trains what the host will run."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from .architecture import (
    AXES,
    DOUBLE_BLOCKS,
    HEADS,
    HIDDEN,
    LATENT_CHANNELS,
    PATCH,
    SINGLE_BLOCKS,
    TEXT_HEADS,
    TEXT_LAYERS,
    THETA,
    TIME_FREQUENCIES,
)

Parameters = dict[str, Tensor]


def patchify(latents: Tensor) -> Tensor:
    """Latents [B, 16, 2h, 2w] -> tokens [B, h * w, 64], in the host's order."""
    batch, _, height, width = latents.shape
    patches = latents.reshape(batch, LATENT_CHANNELS, height // PATCH, PATCH, width // PATCH, PATCH)
    return patches.permute(0, 2, 4, 1, 3, 5).reshape(batch, (height // PATCH) * (width // PATCH), -1)


def unpatchify(tokens: Tensor, rows: int, columns: int) -> Tensor:
    """The inverse: tokens [B, rows * columns, 64] -> latents [B, 16, 2 rows, 2 columns]."""
    patches = tokens.reshape(len(tokens), rows, columns, LATENT_CHANNELS, PATCH, PATCH)
    return patches.permute(0, 3, 1, 4, 2, 5).reshape(len(tokens), LATENT_CHANNELS, rows * PATCH, columns * PATCH)


def rotary_angles(positions: Tensor, text_length: int) -> tuple[Tensor, Tensor]:
    """Token positions [B, N, 2] (row, column) -> cosines and sines [B, 1, T + N, head / 2]; text sits at the origin."""
    ids = F.pad(positions, (1, 0, text_length, 0))
    angles = []
    for axis, width in enumerate(AXES):
        frequencies = THETA ** -(torch.arange(0, width, 2, dtype=torch.float64) / width)
        angles.append(ids[..., axis, None].double() * frequencies)
    angle = torch.cat(angles, -1)[:, None]
    return angle.cos().float(), angle.sin().float()


def _rotate(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    pairs = torch.view_as_complex(x.unflatten(-1, (-1, 2)))
    return torch.view_as_real(pairs * torch.complex(cosine, sine)).flatten(-2)


def _linear(p: Parameters, name: str, x: Tensor) -> Tensor:
    return F.linear(x, p[f"{name}.weight"], p[f"{name}.bias"])


def _modulation(p: Parameters, name: str, vec: Tensor, parts: int) -> tuple[Tensor, ...]:
    return _linear(p, name, F.silu(vec))[:, None].chunk(parts, -1)


def _norm(x: Tensor) -> Tensor:
    return F.layer_norm(x, (HIDDEN,), eps=1e-6)


def _heads(p: Parameters, name: str, qkv: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    q, k, v = qkv.unflatten(-1, (3, HEADS, -1)).permute(2, 0, 3, 1, 4)
    width = (HIDDEN // HEADS,)
    return (
        F.rms_norm(q, width, p[f"{name}.query_norm.scale"], 1e-6),
        F.rms_norm(k, width, p[f"{name}.key_norm.scale"], 1e-6),
        v,
    )


def _attend(q: Tensor, k: Tensor, v: Tensor, angles: tuple[Tensor, Tensor]) -> Tensor:
    return F.scaled_dot_product_attention(_rotate(q, *angles), _rotate(k, *angles), v).transpose(1, 2).flatten(2)


def time_vector(p: Parameters, times: Tensor) -> Tensor:
    """Times [B] in 0..1 -> modulation vector [B, hidden]; the pooled text vector is zero, as in the host."""
    half = TIME_FREQUENCIES // 2
    frequencies = torch.exp(-math.log(10000) * torch.arange(half, dtype=torch.float32) / half)
    angles = times[:, None] * 1000 * frequencies
    waves = torch.cat((angles.cos(), angles.sin()), -1)
    vec = _linear(p, "time_in.out_layer", F.silu(_linear(p, "time_in.in_layer", waves)))
    return vec + _linear(p, "vector_in.out_layer", F.silu(p["vector_in.in_layer.bias"]))


def _double_block(
    p: Parameters, name: str, img: Tensor, txt: Tensor, vec: Tensor, angles: tuple[Tensor, Tensor]
) -> tuple[Tensor, Tensor]:
    streams: dict[str, Tensor] = {"img": img, "txt": txt}
    mods, heads = {}, {}
    for s, x in streams.items():
        mods[s] = _modulation(p, f"{name}.{s}_mod.lin", vec, 6)
        shift, scale = mods[s][:2]
        heads[s] = _heads(
            p, f"{name}.{s}_attn.norm", _linear(p, f"{name}.{s}_attn.qkv", torch.addcmul(shift, _norm(x), 1 + scale))
        )
    q, k, v = (torch.cat((a, b), 2) for a, b in zip(heads["txt"], heads["img"], strict=True))
    attended_txt, attended_img = _attend(q, k, v, angles).split((txt.shape[1], img.shape[1]), 1)
    attended = {"txt": attended_txt, "img": attended_img}
    for s, x in streams.items():
        _, _, gate, shift, scale, gate2 = mods[s]
        x = torch.addcmul(x, gate, _linear(p, f"{name}.{s}_attn.proj", attended[s]))
        inner = F.gelu(_linear(p, f"{name}.{s}_mlp.0", torch.addcmul(shift, _norm(x), 1 + scale)), approximate="tanh")
        streams[s] = torch.addcmul(x, gate2, _linear(p, f"{name}.{s}_mlp.2", inner))
    return streams["img"], streams["txt"]


def _single_block(p: Parameters, name: str, x: Tensor, vec: Tensor, angles: tuple[Tensor, Tensor]) -> Tensor:
    shift, scale, gate = _modulation(p, f"{name}.modulation.lin", vec, 3)
    fused = _linear(p, f"{name}.linear1", torch.addcmul(shift, _norm(x), 1 + scale))
    qkv, inner = fused.split((3 * HIDDEN, fused.shape[-1] - 3 * HIDDEN), -1)
    joined = torch.cat((_attend(*_heads(p, f"{name}.norm", qkv), angles), F.gelu(inner, approximate="tanh")), -1)
    return torch.addcmul(x, gate, _linear(p, f"{name}.linear2", joined))


def flux(p: Parameters, tokens: Tensor, positions: Tensor, text: Tensor, times: Tensor) -> Tensor:
    """Noisy tokens [B, N, 64] at positions [B, N, 2], text [B, T, width], times [B] -> velocity [B, N, 64]."""
    vec, angles = time_vector(p, times), rotary_angles(positions, text.shape[1])
    img, txt = _linear(p, "img_in", tokens), _linear(p, "txt_in", text)
    for block in range(DOUBLE_BLOCKS):
        img, txt = _double_block(p, f"double_blocks.{block}", img, txt, vec, angles)
    x = torch.cat((txt, img), 1)
    for block in range(SINGLE_BLOCKS):
        x = _single_block(p, f"single_blocks.{block}", x, vec, angles)
    shift, scale = _modulation(p, "final_layer.adaLN_modulation.1", vec, 2)
    return _linear(p, "final_layer.linear", torch.addcmul(shift, _norm(x[:, text.shape[1] :]), 1 + scale))


def position_buckets(length: int) -> Tensor:
    """T5's bucket of every (query, key) distance, int [length, length].

    16 per direction: exact up to 7, then logarithmic to 128.
    """
    position = torch.arange(length)
    distance = position[None] - position[:, None]
    far = 8 + (torch.log(distance.abs().clamp(min=1).float() / 8) / math.log(128 / 8) * 8).long()
    return (distance > 0).long() * 16 + torch.where(distance.abs() < 8, distance.abs(), far.clamp(max=15))


def t5(p: Parameters, words: Tensor) -> Tensor:
    """Word vectors [B, T, width] -> text features [B, T, width]."""

    def norm(name: str, x: Tensor) -> Tensor:
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * p[f"{name}.weight"]

    table = p["encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
    bias = F.embedding(position_buckets(words.shape[1]), table).permute(2, 0, 1)[None]
    x = words
    for layer in range(TEXT_LAYERS):
        name = f"encoder.block.{layer}.layer"
        h = norm(f"{name}.0.layer_norm", x)
        q, k, v = (
            F.linear(h, p[f"{name}.0.SelfAttention.{part}.weight"]).unflatten(-1, (TEXT_HEADS, -1)).transpose(1, 2)
            for part in "qkv"
        )
        weights = torch.softmax(q @ k.transpose(-1, -2) + bias, -1)
        x = x + F.linear((weights @ v).transpose(1, 2).flatten(2), p[f"{name}.0.SelfAttention.o.weight"])
        h = norm(f"{name}.1.layer_norm", x)
        gate = F.gelu(F.linear(h, p[f"{name}.1.DenseReluDense.wi_0.weight"]), approximate="tanh")
        x = x + F.linear(
            gate * F.linear(h, p[f"{name}.1.DenseReluDense.wi_1.weight"]), p[f"{name}.1.DenseReluDense.wo.weight"]
        )
    return norm("encoder.final_layer_norm", x)
