"""The LoRAs of some regions as fitted to a model: kept from run to run, until another model or a changed file comes."""

from __future__ import annotations

from typing import Any
from weakref import ref

from ..regions import RegionSet
from .family import Family
from .fitted_loras import FittedLoras
from .lora_file import file_stamp, lora_path, loras_of


class LoraFitting:
    """Of one set of regions."""

    def __init__(self) -> None:
        self._model: Any = lambda: None
        self._files: list = []
        self.fitted: FittedLoras | None = None

    def fit(self, regions: RegionSet, model: Any, family: Family) -> FittedLoras:
        """model: the host's MODEL. Raises ValueError as FittedLoras does."""
        paths = [lora_path(lora.name, label) for _, label, lora in loras_of(regions)]
        files = [(path, file_stamp(path)) for path in paths]
        if self.fitted is None or self._model() is not model.model or self._files != files:
            self.fitted = None  # frees its tensors before others are made
            self.fitted = FittedLoras(regions, model, family)
            self._model, self._files = ref(model.model), files
        return self.fitted
