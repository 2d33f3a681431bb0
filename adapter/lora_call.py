"""The regions' LoRAs in one forward call: every layer adds to its output what its tokens' owners bring."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import partial

from torch import Tensor

from ..attention import Step, TokenLayout, steps_between
from ..regions import RegionSet
from ..regions.printable_log import printable_logger
from .attention_calls import OVERRIDE
from .class_swap import finished_layers
from .family import LayerOutput, TokenStream
from .fitted_loras import FittedLayer, LayerDelta
from .forward_call import ForwardCall
from .lora_file import loras_of
from .lora_rows import OwnedRows, TokenOwners
from .region_references import NOBODY, reference_owners
from .regional_prompt import AppliedRegions
from .row_modulation import RowModulation
from .run_cache import RunCache
from .uncompiled import uncompiled, uncompiled_itself

logger = printable_logger(__name__)

NO_HOOKS = (
    "The regions had no effect: another node runs the model without ComfyUI's attention hooks (TeaCache's model "
    "patch and Flux KV Cache do). Remove or bypass that node."
)


class CallLoras:
    """What the LoRAs of a call have to know of it.

    texts: (owner, tokens) of the region texts in it. reference_owners: the same of the reference pictures of single
        regions. base_image_copy: whether the single blocks carry the image twice.
    """

    def __init__(
        self,
        cache: RunCache,
        applied: AppliedRegions,
        layers: list[FittedLayer],
        call: ForwardCall,
        reference_owners: tuple[tuple[int, int], ...],
    ):
        self._cache, self._applied, self._layers, self._call = cache, applied, layers, call
        self._reference_owners = reference_owners
        self._texts: tuple[tuple[int, int], ...] = ()
        self._layout: TokenLayout | None = None
        self._base_image_copy = False

    def with_texts(self, texts: tuple[tuple[int, int], ...], base_image_copy: bool) -> None:
        self._texts, self._base_image_copy = texts, base_image_copy

    def fix_layout(self, layout: TokenLayout) -> None:
        """Once all lengths of the joint sequence are known."""
        self._layout = layout

    @property
    def layer_outputs(self) -> list[LayerOutput]:
        finishes: dict[str, list[Callable]] = defaultdict(list)
        for layer in self._layers:  # products first: what modulates a layer's output comes after it
            if not layer.tokens.modulates:
                finishes[layer.path].append(partial(self._finish, layer))
        for layer in self._layers:
            if layer.tokens.modulates:
                modulation = RowModulation(layer)
                finishes[layer.path].append(partial(self._note, modulation))
                for path in modulation.paths:
                    finishes[path].append(partial(self._modulate, modulation, path))
        model = self._call.model
        return [LayerOutput(model.get_submodule(path), partial(_in_turn, each)) for path, each in finishes.items()]

    @uncompiled_itself
    def run(self) -> Tensor:
        """The model's answer to the call, without any region's text."""
        call, family = self._call, self._call.family
        # An override in this call, too: code that was compiled around the layers of a call with regions, and is run
        # anew for this one, must look for it, and the other way round (see BlockHooks._attend).
        options = {**call.options, OVERRIDE: self._attend}
        if family.runs_post_input(call.model):
            # A patch that only looks: here all lengths are known.
            patches = dict(options.get("patches", {}))
            patches["post_input"] = [*patches.get("post_input", []), self._look]
            options = {**options, "patches": patches}
        else:
            self.fix_layout(self._layout_of(call.base_length, family.rest_length(call)))
        with finished_layers(self.layer_outputs):
            return call.run(options=options)

    @uncompiled
    def _attend(self, func: Callable, *args, **kwargs) -> Tensor:
        """An attention override that changes nothing; the one that was there before is called."""
        previous = self._call.options.get(OVERRIDE)
        return func(*args, **kwargs) if previous is None else previous(func, *args, **kwargs)

    @uncompiled
    def _look(self, args: dict) -> dict:
        if "txt" in args:
            self.fix_layout(self._layout_of(args["txt"].shape[1], args["img"].shape[1] - self._call.grid.tokens))
        return args

    def _layout_of(self, base_length: int, references: int) -> TokenLayout:
        family, model = self._call.family, self._call.model
        lengths = tuple(length for _, length in self._texts)
        return TokenLayout(
            lengths, base_length, self._call.grid.tokens, references, base_first=family.base_first(model)
        )

    def _finish(self, layer: FittedLayer, output: Tensor, given: Tensor) -> Tensor:
        if layer.tokens.is_modulation:
            return self._modulated(layer, output, given)
        rows, answers = self._as_rows(layer, given), self._as_rows(layer, output)
        layout = self._joint_layout(rows.shape[1]) if layer.tokens.stream is TokenStream.JOINT else None
        for part in layer.deltas:
            owned = self._owned(part.owner, layer, rows.shape[1], layout, rows)
            if owned is not None:
                _add(answers, part, owned, rows)
        return answers.view_as(output)

    def _modulated(self, layer: FittedLayer, output: Tensor, given: Tensor) -> Tensor:
        """One row for all tokens becomes one for each; the host's code multiplies either with the tokens."""
        if given.ndim != 3 or given.shape[1] != 1 or output.shape[0] != self._call.args[0].shape[0]:
            return output  # of several moments at once: reference method index_timestep_zero
        layout = self._layout or self._layout_of(self._call.context.shape[1], self._call.family.rest_length(self._call))
        layout = layout.with_base_image_copy(self._base_image_copy and layer.tokens.stream is TokenStream.JOINT)
        lengths = {
            TokenStream.IMAGE: len(layout.image) + len(layout.references),
            TokenStream.TEXT: layout.image.start,
            TokenStream.JOINT: layout.total,
        }
        count = lengths[layer.tokens.stream]
        owned_rows = [self._owned(part.owner, layer, count, layout, given) for part in layer.deltas]
        if all(owned is None for owned in owned_rows):
            return output
        answers = output.repeat(1, count, 1)
        for part, owned in zip(layer.deltas, owned_rows, strict=True):
            if owned is not None:
                _add_one(answers, part, owned, given)
        return answers

    def _note(self, modulation: RowModulation, output: Tensor, given: Tensor) -> Tensor:
        """What the model makes of it is changed where it is used."""
        if output.shape[0] == self._call.args[0].shape[0]:  # else of several moments: index_timestep_zero
            modulation.note(output, given)
        return output

    def _modulate(self, modulation: RowModulation, path: str, output: Tensor, _given: Tensor) -> Tensor:
        layer, rows = modulation.layer, output.shape[1]
        layout = self._joint_layout(rows) if layer.tokens.stream is TokenStream.JOINT else None
        owned = [self._owned(part.owner, layer, rows, layout, output) for part in layer.deltas]
        return modulation.applied(path, output, owned)

    def _as_rows(self, layer: FittedLayer, tensor: Tensor) -> Tensor:
        """tensor as [B, rows, ..., C]."""
        if layer.tokens.in_batch:  # [B * rows, ..., C]
            batch = self._call.args[0].shape[0]
            return tensor.view(batch, tensor.shape[0] // batch, *tensor.shape[1:])
        is_picture = layer.tokens.stream is TokenStream.IMAGE and tensor.ndim == 5  # [B, 1, rows, cols, C]
        return tensor.flatten(1, 3) if is_picture else tensor

    def _joint_layout(self, rows: int) -> TokenLayout:
        if self._layout is None:
            raise ValueError(NO_HOOKS)
        for copied in (False, True):
            layout = self._layout.with_base_image_copy(copied)
            if layout.total == rows:
                return layout
        raise ValueError(
            f"The model's blocks have {rows} tokens where {self._layout.total} were expected, so the regions' LoRAs cannot "
            "find their places: another node adds tokens in a way of its own. Remove or bypass it."
        )

    def _owned(
        self, owner: int, layer: FittedLayer, rows: int, layout: TokenLayout | None, like: Tensor
    ) -> OwnedRows | None:
        call, cache, applied = self._call, self._cache, self._applied
        stream = layer.tokens.stream

        def build() -> OwnedRows | None:
            image = cache.image_owners(applied, call.grid)
            family = call.family
            shared = sum(call.reference_lengths) - sum(length for _, length in self._reference_owners)
            references = () if family.rest_is_padding else ((NOBODY, shared), *self._reference_owners)
            owners = TokenOwners(image, self._texts, references, family.base_first(call.model), family.rest_is_padding)
            owned = owners.rows(owner, stream, rows, layout)
            if owned is None:
                return None
            index = None if owned.index is None else owned.index.to(like.device)
            return OwnedRows(index, None if owned.weight is None else owned.weight.to(like.device, like.dtype))

        references = (call.reference_lengths, self._reference_owners)
        key = (applied, call.grid, owner, stream, rows, layout, self._texts, references, like.device, like.dtype)
        return cache.owned_rows(key, build)


def _in_turn(finishes: list[Callable], output: Tensor, given: Tensor) -> Tensor:
    for finish in finishes:
        output = finish(output, given)
    return output


def _add(answers: Tensor, part: LayerDelta, owned: OwnedRows, rows: Tensor) -> None:
    """Adds what one owner brings to its rows of answers [B, rows, ..., out], in place."""
    own_rows = rows if owned.index is None else rows.index_select(1, owned.index)
    change = part.delta(own_rows)
    if owned.weight is not None:
        change = change * owned.weight.view(-1, *[1] * (change.ndim - 2))
    changed = answers[..., part.outputs]
    if owned.index is None:
        changed += change.to(changed.dtype)
    else:
        changed.index_add_(1, owned.index, change.to(changed.dtype))


def _add_one(answers: Tensor, part: LayerDelta, owned: OwnedRows, row: Tensor) -> None:
    """The same where all tokens have one row [B, 1, in]."""
    change = part.delta(row)
    if owned.weight is not None:
        change = change * owned.weight[:, None]
    changed = answers[..., part.outputs]
    if owned.index is None:
        changed += change.to(changed.dtype)
        return
    change = change.expand(-1, len(owned.index), -1)
    changed.index_add_(1, owned.index, change.to(changed.dtype))


@uncompiled
def call_loras(applied: AppliedRegions, call: ForwardCall, step: Step) -> CallLoras | None:
    """The LoRAs that act in this step; None where none does.

    Raises ValueError where they were not fitted to the model.
    """
    references = reference_owners(applied, call) if applied.lora_source is None else ()
    applied = applied.lora_source or applied
    if not applied.prompt.regions.has_loras:
        return None
    fitted = applied.loras.fitted
    if fitted is None:
        raise ValueError(
            "The LoRAs of the regions were lost on the way to the sampler: it does not prepare the model as ComfyUI's own do. "
            "Use another sampler."
        )
    if applied.cache.first_time("area of LoRAs"):
        regions = applied.prompt.regions
        warn_of_loras_without_area(regions, applied.cache.image_owners(applied, call.grid.whole))
    active = {window for window in fitted.windows if step.acts_in(steps_between(*window, step.count))}
    layers = [
        FittedLayer(layer.path, layer.tokens, deltas)
        for layer in fitted.layers
        if (deltas := [delta for delta in layer.deltas if delta.window in active])
    ]
    return CallLoras(applied.cache, applied, layers, call, references) if layers else None


def warn_of_loras_without_area(regions: RegionSet, owners: Tensor) -> None:
    """owners: [R + 1, N] in 0..1, how much of each image token is each region's and the background's.

    Warns of LoRAs whose owner has none.
    """
    labels = dict.fromkeys(label for owner, label, _ in loras_of(regions) if not owners[owner].any())
    if labels:
        logger.warning(
            "%s: the LoRA has no effect, since nothing of the picture is left for it: later regions cover all of it.",
            ", ".join(labels),
        )
