"""A modulation that is one row for all tokens, made another one for some of them.

The model adds and multiplies the one row with all tokens, in code of its own. So the tokens are changed before: where
it will multiply with 1 + s and add t, and should with 1 + s + ds and t + dt, they become

    x' = (x (1 + s + ds) + dt) / (1 + s),     and x g / g' is the same for gates.

No cancellation can make that inexact, as both are products. Where 1 + s or g is 0 the model takes nothing of a token,
and nothing can be changed: in bfloat16, of thousands of channels a few are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from .fitted_loras import FittedLayer
    from .lora_rows import OwnedRows


class RowModulation:
    """Of one layer in one call of the model. Its path is matched by a pattern with modulates."""

    def __init__(self, layer: FittedLayer):
        self.layer = layer
        block = re.fullmatch(layer.tokens.pattern, layer.path)
        assert block is not None
        self._uses: dict[str, dict[str, int]] = {}
        for part, (path, use) in enumerate(layer.tokens.modulates):
            self._uses.setdefault(f"{block[1]}.{path}", {})[use] = part
        self._output: Tensor | None = None
        self._changes: list[Tensor] = []

    @property
    def paths(self) -> list[str]:
        """The layers whose tokens it modulates."""
        return list(self._uses)

    def note(self, output: Tensor, given: Tensor) -> None:
        """output [B, parts * C], given [B, in]: of the modulation layer."""
        self._output, self._changes = output, []
        for part in self.layer.deltas:
            change = torch.zeros_like(output)
            change[:, part.outputs] = part.delta(given)
            self._changes.append(change)

    def applied(self, path: str, tokens: Tensor, owned: Sequence[OwnedRows | None]) -> Tensor:
        """tokens [B, N, C] of the layer at path, for the model to modulate. owned: for each delta of the layer, whose
        rows it changes.
        """
        acting = [rows for rows in owned if rows is not None]
        if self._output is None or not acting:
            return tokens
        uses = {use: self._part(part, tokens, owned) for use, part in self._uses[path].items()}
        answers = tokens.float()
        for use, (row, change) in uses.items():
            if use == "gate":
                answers = _quotient(answers * (row + change), row, answers)
            elif use == "tanh gate":
                answers = _quotient(answers * (row + change).tanh(), row.tanh(), answers)
        if "scale" in uses:
            row, change = uses["scale"]
            wanted = answers * (1 + row + change)
            answers = _quotient(wanted + uses["shift"][1] if "shift" in uses else wanted, 1 + row, answers)
        largest = torch.finfo(tokens.dtype).max
        answers = answers.clamp(-largest, largest).to(tokens.dtype)
        indices = [rows.index for rows in acting if rows.index is not None]
        if len(indices) < len(acting):
            return answers
        # Tokens that nobody owns keep their bits.
        is_owned = torch.zeros(tokens.shape[1], dtype=torch.bool, device=tokens.device)
        is_owned[torch.cat(indices)] = True
        return torch.where(is_owned[:, None], answers, tokens)

    def _part(self, part: int, tokens: Tensor, owned: Sequence[OwnedRows | None]) -> tuple[Tensor, Tensor]:
        """The row [B, 1, C] that the model has for all tokens, and what each is to have more of it [B, N, C]."""
        assert self._output is not None
        count = len(self.layer.tokens.modulates)
        row = self._output.chunk(count, 1)[part].float()[:, None]
        total = torch.zeros(tokens.shape, dtype=torch.float32, device=tokens.device)
        for rows, change in zip(owned, self._changes, strict=True):
            if rows is None:
                continue
            own = change.chunk(count, 1)[part].float()[:, None]
            if rows.weight is not None:
                own = own * rows.weight.float()[:, None]
            if rows.index is None:
                total += own
            else:
                total.index_add_(1, rows.index, own.expand(-1, len(rows.index), -1))
        return row, total


def _quotient(dividend: Tensor, divisor: Tensor, otherwise: Tensor) -> Tensor:
    """dividend / divisor, and otherwise where that divides by 0. dividend, otherwise: [B, N, C]; divisor: [B, 1, C]."""
    return torch.where(divisor == 0, otherwise, dividend / divisor)
