"""The regions' LoRAs fitted to a model: for each of its layers, what each region adds to what the layer returns."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

import comfy.lora
import comfy.model_patcher
import torch
from comfy.weight_adapter import LoHaAdapter, LoKrAdapter, LoRAAdapter
from torch import Tensor, nn

from ..regions import RegionLora, RegionSet
from ..regions.printable import printable, short_list
from ..regions.printable_log import printable_logger
from .family import Family, LayerTokens
from .lora_delta import Bias, Full, Kronecker, LowRank, hadamard_low_rank
from .lora_file import changes_text_encoder, layer_names, lora_path, loras_of, read_lora

logger = printable_logger(__name__)

PREFIX = "diffusion_model."
Window = tuple[float, float]


class LayerDelta(NamedTuple):
    """What an owner (a region's index, R of the background) adds to a layer's output, in the steps of its window.

    outputs: which of the layer's outputs it changes: q, k and v of a file may be parts of one layer.
    """

    owner: int
    window: Window
    outputs: slice
    delta: nn.Module


class FittedLayer(NamedTuple):
    """path: of the layer in the diffusion model. tokens: which tokens it sees."""

    path: str
    tokens: LayerTokens
    deltas: list[LayerDelta]


class FittedLoras:
    """All layers that LoRAs of these regions change in a model.

    patcher: the tensors as one of the host's models, which it counts, loads and offloads. summary: what was fitted, in
        lines for people. Raises ValueError, naming the region, for a file that is missing, of a kind that regions
        cannot have, or made for another model.
    """

    def __init__(self, regions: RegionSet, model: Any, family: Family):
        """model: the host's MODEL."""
        self._layers = dict(model.get_model_object("diffusion_model").named_modules())
        self._key_map = comfy.lora.model_lora_keys_unet(model.model, {})
        self._family = family
        self._dtype = _compute_dtype(model)
        self._low_ranks: dict[tuple, list[tuple[Tensor, Tensor]]] = defaultdict(list)
        self._others: dict[tuple, list[nn.Module]] = defaultdict(list)
        self.summary: list[str] = []
        files: dict[str, dict] = {}
        for owner, label, lora in loras_of(regions):
            path = lora_path(lora.name, label)
            if path not in files:
                files[path] = read_lora(path, label)
            self._add(owner, label, lora, files[path])
        self.layers = self._joined()
        self.windows = {delta.window for layer in self.layers for delta in layer.deltas}
        module = nn.ModuleList(delta.delta for layer in self.layers for delta in layer.deltas)
        self.patcher = comfy.model_patcher.ModelPatcher(module, model.load_device, model.offload_device)

    def _add(self, owner: int, label: str, lora: RegionLora, tensors: dict[str, Tensor]) -> None:
        label = f"{label}, LoRA '{printable(lora.name, 60)}'"
        in_file = layer_names(tensors)
        fitting = [layer for layer in in_file if layer in self._key_map]
        if not fitting:
            first = f" (its first layer is {printable(in_file[0], 60)})" if in_file else ""
            what = (
                f"none of its {len(in_file)} layers fits" if in_file else "it changes text encoders only, no layer of"
            )
            raise ValueError(
                f"{label}: {what} this model{first}. It is for another model; choose a LoRA that was trained for this one."
            )
        left_out = []
        try:
            # Layers of text encoders, and those that do not fit, are told of below.
            patches = comfy.lora.load_lora(tensors, self._key_map, log_missing=False)
        except (KeyError, RuntimeError) as error:
            lacks = "something is missing: " if isinstance(error, KeyError) else ""
            raise ValueError(
                f"{label}: the file is damaged ({lacks}{printable(str(error), 100)}). Download it again."
            ) from error
        for key, patch in patches.items():
            # A key with a part of the layer's outputs (dim, start, length), and with an order of them that the file has
            # otherwise than the model.
            name, outputs, reordered, *_ = (*key, None) if isinstance(key, tuple) else (key, None, None)
            path, _, kind = name.removeprefix(PREFIX).rpartition(".")
            layer = self._layers.get(path) if self._family.layer_tokens(path) else None
            has_place = kind == "weight" or (kind == "bias" and getattr(layer, "bias", None) is not None)
            if layer is None or not hasattr(layer, "in_features") or not has_place:
                left_out.append(path or name)
                continue
            part = slice(0, layer.out_features) if outputs is None else slice(outputs[1], outputs[1] + outputs[2])
            place = (path, part.start, part.stop, owner, (lora.start, lora.end))
            wanted = (part.stop - part.start, layer.in_features if kind == "weight" else None)
            try:
                self._add_patch(place, patch, lora.strength, reordered, wanted, label)
            except (AttributeError, IndexError, RuntimeError, TypeError) as error:
                raise ValueError(
                    f"{label}: its change of {path} does not go together ({printable(str(error), 100)}). Download it again."
                ) from error
        if not patches:
            raise ValueError(f"{label}: none of its layers is complete in the file. Download it again.")
        if len(left_out) == len(patches):
            raise ValueError(
                f"{label}: the layers that it changes ({_listing(left_out)}) see no tokens of the picture, so it would do "
                "nothing in a region. Load it for the whole picture, with Load LoRA."
            )
        self.summary.append(f"{label}: {len(fitting)} of its {len(in_file)} layers fit this model.")
        if len(fitting) < len(in_file):
            missing = [layer for layer in in_file if layer not in self._key_map]
            logger.warning(
                "%s: %d of its %d layers are not in this model: %s.",
                label,
                len(missing),
                len(in_file),
                _listing(missing),
            )
        if left_out:
            logger.warning(
                "%s: left out are %d layers that serve all tokens at once, or change no products: %s.",
                *(label, len(left_out), _listing(left_out)),
            )
        if changes_text_encoder(tensors):
            logger.warning(
                "%s: what it changes in text encoders is not used for a region. To have it, encode the region's prompt with a "
                "CLIP behind Load LoRA, and Set Region Conditioning.",
                label,
            )

    def _add_patch(
        self,
        place: tuple,
        patch,
        strength: float,
        reordered: Callable | None,
        wanted: tuple[int, int | None],
        label: str,
    ) -> None:
        """reordered: called with a change [out, ...]. wanted: outputs and inputs of the place; no inputs: a bias."""
        low_rank: tuple[Tensor, Tensor] | None = None
        other: Kronecker | Bias | Full | None = None
        order = reordered or (lambda change: change)
        if isinstance(patch, LoRAAdapter):
            low_rank = _low_rank_of_lora(tuple(patch.weights))
        elif isinstance(patch, LoHaAdapter):
            low_rank = _low_rank_of_loha(tuple(patch.weights))
        elif isinstance(patch, LoKrAdapter):
            first, second = _factors_of_lokr(tuple(patch.weights))
            first = first * strength
            other = (
                Full(order(torch.kron(first, second)), self._dtype)
                if reordered
                else Kronecker(first, second, self._dtype)
            )
        elif isinstance(patch, tuple) and patch[0] == "diff":
            weight = order(patch[1][0].float() * strength)
            other = Bias(weight, self._dtype) if wanted[1] is None else Full(weight.flatten(1), self._dtype)
        else:
            kind = getattr(patch, "name", patch[0] if isinstance(patch, tuple) else type(patch).__name__)
            raise ValueError(
                f"{label}: it is of the kind {kind}, which cannot act on a region alone. Load it for the whole picture, with "
                "Load LoRA."
            )
        if low_rank is not None:
            down, up = low_rank
            self._check_size((up.shape[0], down.shape[1]), wanted, place[0], label)
            if up.shape[1] != down.shape[0]:
                raise IndexError(f"ranks {up.shape[1]} and {down.shape[0]}")
            self._low_ranks[place].append((down.float(), order(up.float()) * strength))
        if other is not None:
            self._check_size(other.size, wanted, place[0], label)
            self._others[place].append(other)

    @staticmethod
    def _check_size(found: tuple, wanted: tuple, path: str, label: str) -> None:
        if found != wanted:
            raise ValueError(
                f"{label}: its change of {path} is {_size(found)} where this model's layer is {_size(wanted)}. "
                "It is for another model; choose a LoRA that was trained for this one."
            )

    def _joined(self) -> list[FittedLayer]:
        """By layer; what a region has of low rank on the same outputs is one product, the ranks add up."""
        deltas: dict[str, list[LayerDelta]] = defaultdict(list)
        for place, parts in self._low_ranks.items():
            path, start, stop, owner, window = place
            down, up = (torch.cat(sides, dim) for dim, sides in enumerate(zip(*parts, strict=True)))
            deltas[path].append(LayerDelta(owner, window, slice(start, stop), LowRank(down, up, self._dtype)))
        for (path, start, stop, owner, window), others in self._others.items():
            deltas[path] += [LayerDelta(owner, window, slice(start, stop), other) for other in others]
        layers = []
        for path, of_layer in deltas.items():
            tokens = self._family.layer_tokens(path)
            assert tokens is not None  # others were left out
            layers.append(FittedLayer(path, tokens, of_layer))
        return layers


def _compute_dtype(model: Any) -> torch.dtype:
    """What the model's layers are given."""
    dtype = model.model.manual_cast_dtype or model.model.get_dtype()
    return dtype if dtype in (torch.float16, torch.bfloat16) else torch.float32


def _matrix(tensor: Tensor) -> Tensor:
    """Of a weight, or of a convolution of 1 x 1."""
    return tensor.float().flatten(1)


def _scale(alpha: float | None, rank: int) -> float:
    return 1.0 if alpha is None else alpha / rank


def _low_rank_of_lora(weights: tuple) -> tuple[Tensor, Tensor]:
    """core: what files of the kind for convolutions have between their two matrices."""
    up, down, alpha, core = weights[:4]
    inner = _matrix(down) if core is None else _matrix(core) @ _matrix(down)
    return inner, _matrix(up) * _scale(alpha, down.shape[0])


def _low_rank_of_loha(weights: tuple) -> tuple[Tensor, Tensor]:
    up1, down1, alpha, up2, down2, core1, core2 = weights[:7]
    parts = (*_with_core(up1, core1, down1), *_with_core(up2, core2, down2))
    down, up = hadamard_low_rank(*parts)
    return down, up * _scale(alpha, down1.shape[0])


def _with_core(up: Tensor, core: Tensor | None, down: Tensor) -> tuple[Tensor, Tensor]:
    """(up, down) of up down, or of up^T core down: with a core, files hold up the other way round."""
    if core is None:
        return _matrix(up), _matrix(down)
    return _matrix(up).T, _matrix(core) @ _matrix(down)


def _factors_of_lokr(weights: tuple) -> tuple[Tensor, Tensor]:
    """Both factors; alpha counts for those that are products themselves."""
    first, second, alpha, first_up, first_down, second_up, second_down, core = weights[:8]
    scale = 1.0
    if first is None:
        scale = _scale(alpha, first_down.shape[0])
        first = first_up.float() @ first_down.float()
    if second is None:
        scale = _scale(alpha, second_down.shape[0])
        up, down = _with_core(second_up, core, second_down)
        second = up @ down
    return _matrix(first) * scale, _matrix(second)


def _size(size: tuple) -> str:
    return " x ".join(str(side) for side in size if side is not None)


def _listing(paths: list[str]) -> str:
    """Blocks of the same kind are named once."""
    kinds = list(dict.fromkeys(re.sub(r"\d+", "N", printable(path, 60)) for path in paths))
    return short_list(kinds, 5, "more kinds")
