"""What the adapter must know of a model family: one record of this kind for each, in families/."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from torch import Tensor
from torch.nn import Module

from ..attention import Settings, TokenLayout

if TYPE_CHECKING:
    from .forward_call import ForwardCall


class CallsBeforeBlocks(NamedTuple):
    """How many attention calls a model makes before those of its blocks, in this order.

    other: among what is neither text nor image tokens. text: of all texts among themselves. image: of image tokens.
    """

    other: int = 0
    text: int = 0
    image: int = 0


class Shift(NamedTuple):
    """tokens: of the joint sequence. by: how far from where the model numbers them they belong, on each axis."""

    tokens: range
    by: tuple[float, ...]


class LayerOutput(NamedTuple):
    """finish: called with what layer returns and with what it was given; its answer is used in place of the former."""

    layer: Module
    finish: Callable


class TokenStream(Enum):
    """IMAGE: the image and what stands behind it. TEXT: all texts. JOINT: a block's sequence of both."""

    IMAGE = auto()
    TEXT = auto()
    JOINT = auto()


class Modulated(NamedTuple):
    """What a part of a modulation is used for, on the tokens that a layer of the same block returns.

    layer: its path in the block. use: "shift" is added to the tokens, after they were multiplied with 1 + "scale";
    "gate" and the hyperbolic tangent of "tanh gate" are multiplied with them.
    """

    layer: str
    use: Literal["shift", "scale", "gate", "tanh gate"]


class LayerTokens(NamedTuple):
    """Which tokens the layers of a model see whose path the regular expression matches wholly.

    is_modulation: they are given one row [B, 1, C] for all of these tokens, and the model multiplies what they return
        with the tokens, so that it may as well be a row for each.
    modulates: they are given one row [B, C], and what they return has as many equal parts, each used so. The block's
        path is the first group of the pattern.
    in_batch: they are given the tokens in the batch dimension [B * tokens, ..., C].
    """

    pattern: str
    stream: TokenStream
    is_modulation: bool = False
    in_batch: bool = False
    modulates: tuple[Modulated, ...] = ()


@dataclass(frozen=True)
class Family:
    """The defaults are what most families have.

    name: as people call it, with its members: for errors and help.
    matches: whether a diffusion model (the module, not the MODEL) is of this family.
    isolation: what isolation "auto" stands for.
    attention: "joint" where a block's text and image are one sequence; "cross" where image tokens see image tokens in
        one call and texts in the next.
    conflict: why a call cannot have regions, as a sentence for the user with what to change; None where it can.
    patch: latent cells along one side of a token, which is 16 px.

    text_length: to how many tokens the host fills up a shorter text; 0 = it takes texts as they are.
    host_makes_text: whether what the model gets is made of the conditioning, and of more than its tokens, by the
        host's extra_conds. If not, a shorter text is filled up to text_length by zeros in front.
    text_mask: which positional argument says which tokens of the text count (1) and which are padding (0), where the
        model obeys one; None where it does not.
    text_unit: the model fills up its text to a multiple of so many tokens.
    base_first: whether region texts stand behind the base text.
    runs_post_input: whether the model runs `post_input` patches once text and image are embedded. If not, nothing can
        join text or image on the way, and all lengths are known before the call.
    references: the reference pictures [B, C, ..., H, W] that the model looks at in a call; None = it never does.
    rest_length: tokens behind the image, for what has to know before the model runs.
    rest_is_padding: whether these are padding of the image, not pictures.
    shifts: which tokens the model numbers otherwise than it would in a prompt of their own.
    rotation: the rotary embedding [1, 1, 1, D / 2, 2, 2] of one position [1, 1, axes].
    finished_layers: layers whose output must be changed while a call with regions runs.
    layers: which layers see which tokens, by their path in the model; all others serve no tokens in particular.

    block_lists: block type -> the attribute of the model that lists these blocks.
    calls_before_blocks: attention calls that come before those of the blocks.
    skipped_single_blocks: which single blocks the model leaves out.
    base_image_copy_conflict: why a call cannot carry a second copy of its image tokens in the single blocks
        (image_stream "paper"), as a sentence for the user with what to change; None where it can.
    """

    name: str
    matches: Callable[[Module], bool]
    isolation: str = "regions"
    attention: Literal["joint", "cross"] = "joint"
    conflict: Callable[[ForwardCall, Settings], str | None] = lambda _call, _settings: None
    patch: Callable[[Any], int] = lambda model: model.patch_size

    text_length: int = 0
    host_makes_text: bool = False
    text_mask: int | None = None
    text_unit: Callable[[Any], int] = lambda _: 1
    base_first: Callable[[Any], bool] = lambda _: False
    runs_post_input: Callable[[Any], bool] = lambda _: True
    references: Callable[[ForwardCall], Sequence[Tensor]] | None = None
    rest_length: Callable[[ForwardCall], int] = lambda call: sum(call.reference_lengths)
    rest_is_padding: bool = False
    shifts: Callable[[Any, TokenLayout], Sequence[Shift]] = lambda _model, _layout: ()
    rotation: Callable[[Any, Any], Any] = lambda model, position: model.pe_embedder(position)
    finished_layers: Callable[[ForwardCall, Sequence[range]], Sequence[LayerOutput]] = lambda _call, _filled: ()
    layers: tuple[LayerTokens, ...] = ()

    block_lists: tuple[tuple[str, str], ...] = (("double", "double_blocks"), ("single", "single_blocks"))
    calls_before_blocks: Callable[[Any], CallsBeforeBlocks] = lambda _: CallsBeforeBlocks()
    skipped_single_blocks: Callable[[Module], Collection[int]] = lambda _: ()
    base_image_copy_conflict: Callable[[ForwardCall], str | None] = lambda _: None

    def block_counts(self, model: Module) -> dict[str, int]:
        """How many blocks of each type, by the names that the host gives them in transformer_options."""
        return {block_type: len(getattr(model, attribute)) for block_type, attribute in self.block_lists}

    def layer_tokens(self, path: str) -> LayerTokens | None:
        """What the layer at this path sees; None where that is no tokens in particular."""
        return next((layers for layers in self.layers if re.fullmatch(layers.pattern, path)), None)

    def single_blocks(self, model: Module) -> list[int]:
        """The single blocks that run, in their order."""
        skipped = self.skipped_single_blocks(model)
        return [index for index in range(self.block_counts(model)["single"]) if index not in skipped]


class ModelInfo(NamedTuple):
    """block_counts: how many blocks of each type.

    text_length: to how many tokens the host fills up shorter texts, 0 = it does not. text_unit: and to a multiple of
        how many.
    """

    block_counts: dict[str, int]
    text_length: int = 0
    text_unit: int = 1


@cache
def host_class(module: str, name: str) -> type | None:
    """A class of the host; None where this version has none."""
    try:
        return getattr(import_module(module), name, None)
    except ImportError:
        return None


def is_of(module: str, name: str) -> Callable[[Module], bool]:
    """For Family.matches: models of this class of the host, or of one of its children there.

    A child from elsewhere (Nunchaku's) runs attention of its own.
    """

    def matches(model: Module) -> bool:
        wanted = host_class(module, name)
        return wanted is not None and isinstance(model, wanted) and type(model).__module__.startswith("comfy.")

    return matches


def source_runs_post_input(model: Module) -> bool:
    """Whether this version of the host runs `post_input` patches in the model."""
    return _names_post_input(type(model))


@cache
def _names_post_input(model_class: type) -> bool:
    return any('"post_input"' in inspect.getsource(part) for part in model_class.__mro__ if hasattr(part, "_forward"))


def no_base_image_copy(name: str) -> Callable[[ForwardCall], str | None]:
    """For Family.base_image_copy_conflict: models that have no blocks for it."""
    sentence = (
        f"{name} has no second image stream: image_stream 'paper' is for FLUX and Chroma. Set image_stream to 'shared'."
    )
    return lambda _: sentence


def given_references(call: ForwardCall) -> Sequence[Tensor]:
    """For Family.references: those that the host hands to the model's forward."""
    return call.argument("ref_latents") or ()


def several_frames(call: ForwardCall, _settings: Settings | None = None) -> str | None:
    """For Family.conflict: models of pictures whose latent has a place for time."""
    x = call.args[0]
    if x.ndim == 5 and x.shape[2] > 1:
        return (
            f"The latent has {x.shape[2]} frames or layers, and regions are places in one picture. Give the sampler the "
            "latent of one picture."
        )
    return None
