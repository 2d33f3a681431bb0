"""Where the mathematics meets ComfyUI's Flux: the only file that names the host's hooks.

The regions travel in the conditioning (a COND object in `model_conds`), so each conditioning has its own and the
unconditional pass never sees another's. The model carries one wrapper around its forward call. When that call comes with
regions, the wrapper appends their texts, puts an attention override into a copy of `transformer_options`, and calls on.
"""

from __future__ import annotations

import logging
from functools import partial

import comfy.conds
import comfy.ldm.flux.model
import comfy.utils
import torch
from comfy.patcher_extension import CallbacksMP, WrappersMP
from torch import Tensor

from ..attention import Layout, Plan, TokenGrid, grouped_attention, region_steps, step_at
from .memory_estimate import grown
from .regional_prompt import RegionalAttention, RegionalPrompt
from .regional_run import RegionalRun
from .run_log import own_steps, warn_of_idle_regions

logger = logging.getLogger(__name__)

KEY = "flux_regions"
OVERRIDE = "optimized_attention_override"


class RegionsCond(comfy.conds.CONDConstant):
    """Carries a RegionalAttention to the model. Conditionings with different regions never share a batch."""

    def can_concat(self, other) -> bool:
        return self.cond is other.cond

    def process_cond(self, batch_size: int, area=None, **kwargs):
        """Raises ValueError for a conditioning that the host would run on a part of the picture only."""
        if area is not None:
            raise ValueError(
                "Conditioning (Set Area), and Set Mask with 'mask bounds', cut the picture, and the regions would be squeezed "
                "into the part. Remove that node, or use Conditioning (Set Mask) with 'default'."
            )
        return super().process_cond(batch_size, area=area, **kwargs)


def without_regions(extra: dict) -> dict:
    """A conditioning's settings without regions that an earlier Apply put there."""
    conds = {name: cond for name, cond in extra.get("model_conds", {}).items() if name != KEY}
    return {**extra, "model_conds": conds} if "model_conds" in extra else extra


def attach(prompt: RegionalPrompt, settings) -> list:
    """The regional prompt's base conditioning with its regions in it; everything else in it stays."""
    cond = RegionsCond(RegionalAttention(prompt, settings))
    return [
        [tokens, {**extra, "model_conds": {**extra.get("model_conds", {}), KEY: cond}}] for tokens, extra in prompt.base
    ]


def patched(model):
    """A clone of the MODEL that heeds regions in its conditioning. Raises ValueError for models that have no place for them."""
    check_supported(model.get_model_object("diffusion_model"))
    run = RegionalRun()

    # Functions, not bound methods: the host deep-copies model options, and must not copy the run with them.
    def wrapper(executor, *args, **kwargs):
        regional = kwargs.pop(KEY, None)
        return (
            executor(*args, **kwargs) if regional is None else regional_forward(run, regional, executor, args, kwargs)
        )

    model = model.clone()
    model.add_wrapper_with_key(WrappersMP.DIFFUSION_MODEL, KEY, wrapper)
    model.add_wrapper_with_key(WrappersMP.PREPARE_SAMPLING, KEY, _prepare_sampling)
    # The host calls this when sampling ends, also by error and interrupt.
    model.add_callback_with_key(CallbacksMP.ON_CLEANUP, KEY, lambda patcher: run.clear())
    return model


def _prepare_sampling(executor, model, noise_shape, conds: dict, *args, **kwargs):
    """The host loads the model and keeps memory free for a picture of this shape."""
    carried = [cond.get("model_conds", {}).get(KEY) for some in conds.values() for cond in some]
    regional = [cond.cond for cond in carried if cond is not None]
    return executor(model, grown(list(noise_shape), regional), conds, *args, **kwargs)


def check_supported(diffusion_model) -> None:
    """Raises ValueError, saying why and what to do, unless this is a Flux whose hooks the host serves."""
    kind = type(diffusion_model).__name__
    if kind == "ComfyFluxWrapper":
        raise ValueError(
            "This is a Nunchaku model: it runs its own code in place of ComfyUI's Flux, so regions cannot reach it. "
            "Load FLUX with Load Diffusion Model (fp8 and GGUF files work too)."
        )
    flux = isinstance(diffusion_model, comfy.ldm.flux.model.Flux)
    # FLUX.2, LongCat and Ovis number their text tokens; a region's would stand where the model never saw text.
    numbered = flux and (
        diffusion_model.params.global_modulation or getattr(diffusion_model.params, "txt_ids_dims", None)
    )
    if not flux or numbered:
        name = "of a later family (FLUX.2, LongCat or Ovis)" if flux else kind
        raise ValueError(
            f"Regions need a FLUX.1 model (dev, schnell, Krea, Fill or Kontext), but this one is {name}. "
            "Connect a FLUX.1 model, or remove Apply Regions to FLUX."
        )


@torch.compiler.disable(recursive=False)  # in a compiled model the blocks are to be compiled, not this
def regional_forward(run: RegionalRun, regional: RegionalAttention, executor, args: tuple, kwargs: dict):
    """Flux.forward(x, timestep, context, …, transformer_options) with those regions in force whose window is open."""
    options = args[-1] if isinstance(args[-1], dict) else kwargs["transformer_options"]
    x, context = args[0], args[2]
    model = executor.class_obj
    grid = TokenGrid(x.shape[-2], x.shape[-1], model.patch_size)
    steps, step = _place_in_schedule(options)
    acting = [region_steps(region, regional.settings, steps) for region in regional.prompt.regions.regions]
    if run.first_look(regional):
        run.heard(regional, grid)  # an empty region is an error now, not in the middle, when its own window opens
        warn_of_idle_regions(regional, acting, steps)
    active = tuple(index for index, own in enumerate(acting) if step in own)
    if not active:
        return executor(*args, **kwargs)
    whole, regional = regional, run.part(regional, active)
    heard = run.heard(regional, grid)
    if not heard.shares:
        return executor(*args, **kwargs)

    texts = run.texts(regional, grid, context)
    forward = RegionalForward(run, regional, grid, tuple(text.shape[1] for text in texts), options)
    widened = torch.cat([*(comfy.utils.repeat_to_batch_size(text, len(context)) for text in texts), context], dim=1)
    hooked = forward.options(last_single=len(model.single_blocks) - 1)
    args = tuple(hooked if value is options else value for value in args)
    kwargs = {name: hooked if value is options else value for name, value in kwargs.items()}
    result = executor(*args[:2], widened, *args[3:], **kwargs)
    if not forward.fired:
        # A cache in between (EasyCache) may answer for the model; but a model that ran without us has ignored the regions.
        last = max(own[-1] for own in acting if own)
        if forward.ran or "forward_orig" in vars(model) or step == last and not run.spoken_of(whole):
            raise ValueError(
                "The regions had no effect: another node runs the model without ComfyUI's attention hooks (TeaCache's model "
                "patch does). Remove or bypass that node."
            )
    elif run.first_word(whole):
        logger.info(
            "%d of %d regions, %d region text tokens on %d image tokens, steps %d to %d of %d, %d double and %d single blocks.%s",
            sum(index < len(active) for index in heard.area),
            len(acting),
            sum(text.shape[1] for text in texts),
            grid.tokens,
            min(own[0] for own in acting if own) + 1,
            max(own[-1] for own in acting if own) + 1,
            steps,
            len(model.double_blocks),
            len(model.single_blocks),
            own_steps(whole, acting),
        )
    return result


@torch.compiler.disable
def _place_in_schedule(options: dict) -> tuple[int, int]:
    """(steps the sampler makes, the step it is in). A lone call outside a sampler counts as the first of many."""
    sigmas, sigma = options.get("sample_sigmas"), options.get("sigmas")
    if sigmas is None or sigma is None:
        return 1000, 0
    return len(sigmas) - 1, step_at(sigma.max().item(), sigmas)


class RegionalForward:
    """The hooks of one forward call of the model, and what they have to remember between them."""

    def __init__(self, run: RegionalRun, regional: RegionalAttention, grid: TokenGrid, lengths: tuple, options: dict):
        self._run, self._regional, self._grid, self._lengths = run, regional, grid, lengths
        self._given = options
        self._previous = options.get(OVERRIDE)
        self._parked: tuple = ()
        self._layout: Layout | None = None
        self._plan: Plan | None = None
        self.ran = False
        self.fired = False

    def options(self, last_single: int) -> dict:
        """A copy of the given transformer_options with our hooks; those of others stay in force."""
        patches = dict(self._given.get("patches", {}))
        patches["post_input"] = [self._park_texts, *patches.get("post_input", []), self._rejoin_texts]
        options = {**self._given, "patches": patches, OVERRIDE: self._attend}
        if self._regional.settings.second_stream("single"):
            replace = dict(options.get("patches_replace", {}))
            blocks = dict(replace.get("dit", {}))
            for index in range(last_single + 1):
                name = ("single_block", index)
                blocks[name] = partial(self._two_stream_block, index == 0, index == last_single, blocks.get(name))
            options["patches_replace"] = {**replace, "dit": blocks}
        return options

    def _park_texts(self, args: dict) -> dict:
        """Takes the region texts, now projected, out of the text, so that the patches of others see the base text alone."""
        length = sum(self._lengths)
        self._parked = args["txt"][:, :length], args["txt_ids"][:, :length]
        return {**args, "txt": args["txt"][:, length:], "txt_ids": args["txt_ids"][:, length:]}

    def _rejoin_texts(self, args: dict) -> dict:
        """Puts them back, in front of whatever text there is by now; only here are all lengths known."""
        self.ran = True
        references = args["img"].shape[1] - self._grid.tokens
        self._layout = Layout(self._lengths, args["txt"].shape[1], self._grid.tokens, references)
        self._plan = self._run.plan(self._regional, self._grid, self._layout, args["img"])
        texts, ids = self._parked
        self._parked = ()
        return {**args, "txt": torch.cat([texts, args["txt"]], 1), "txt_ids": torch.cat([ids, args["txt_ids"]], 1)}

    def _attend(
        self, func, q: Tensor, k: Tensor, v: Tensor, heads: int, mask: Tensor | None = None, **kwargs
    ) -> Tensor:
        """The attention override: func is the host's backend; an override that was there before is called in its place."""
        call = func if self._previous is None else partial(self._previous, func)
        block = kwargs.get("transformer_options") or {}
        block_type, block_index = block.get("block_type"), block.get("block_index")
        if not self._is_joint_sequence(q, k, block_type):
            return call(q, k, v, heads, mask=mask, **kwargs)
        if mask is not None:
            raise ValueError(
                "The conditioning brings an attention mask of its own (Apply Style Model with strength_type 'attn_bias'), "
                "which regions cannot follow yet. Set strength_type to 'multiply'."
            )
        self.fired = True
        bundles = self._plan.bundles(block_type, block_index)
        return grouped_attention(q, k, v, bundles, lambda q, k, v: call(q, k, v, heads, mask=None, **kwargs))

    def _is_joint_sequence(self, q: Tensor, k: Tensor, block_type: str | None) -> bool:
        """Patches of others may attend to things of their own inside a block; those calls are none of ours."""
        if self._layout is None or block_type not in ("double", "single") or q.ndim != 4:
            return False
        second = self._regional.settings.second_stream(block_type)
        if second and q.shape[2] == self._layout.total:
            raise ValueError(
                "image_stream 'paper' needs ComfyUI's own single blocks, but another node runs them in its own way. "
                "Remove that node, or set image_stream to 'shared'."
            )
        return q.shape[2] == k.shape[2] == self._layout.with_second_stream(second).total

    def _two_stream_block(self, first: bool, last: bool, previous, args: dict, extra: dict) -> dict:
        """A single block with the base branch's image tokens, a copy made before the first block, behind all others."""
        image = slice(self._layout.image.start, self._layout.image.stop)
        tokens, positions = args["img"], args["pe"]
        if first:
            tokens = torch.cat([tokens, tokens[:, image]], dim=1)
        args = {**args, "img": tokens, "pe": torch.cat([positions, positions[:, :, image]], dim=2)}
        out = extra["original_block"](args) if previous is None else previous(args, extra)
        return {**out, "img": out["img"][:, : self._layout.total]} if last else out
