"""LoRA files: where the host has them, what is in them, and which of them cannot be used for a region."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

import comfy.lora_convert
import comfy.utils
import folder_paths
import torch
from torch import Tensor

from ..regions import RegionLora, RegionSet
from ..regions.printable import printable, short_list

FOLDER = "loras"
MAX_LISTED = 3
"""Names of other files that an error lists."""
MAX_COMPARED = 500
"""Names that a mistyped one is compared with: a graph is checked while the server answers nobody else."""
_PART = re.compile(
    r"(?P<layer>.+?)(?:"
    r"\.lora_(?:up|down|mid|A|B)(?:\.default)?(?:\.weight)?|[._]lora\.(?:up|down)\.weight"
    r"|\.lora_linear_layer\.(?:up|down)\.weight"
    r"|\.(?:lokr|hada|oft|boft)_\w+|\.(?:alpha|diff|diff_b|dora_scale|w_norm|b_norm|set_weight|reshape_weight)"
    r"|\.[ab][12]\.weight|\.rescale)"
)
"""A tensor's name: of the layer, and which part of its change it is."""
_REFUSED = {
    r"\.(dora_scale|lora_magnitude_vector)(\.|$)": "a DoRA",
    r"\.oft_\w+(\.|$)": "an OFT",
    r"\.boft_\w+(\.|$)": "a BOFT",
    r"\.[ab][12]\.weight$": "a GLoRA",
    r"\.(set_weight|reshape_weight)$": "a control LoRA, which replaces or widens weights",
}
"""By the name of a tensor: kinds that need the base weight or act on it, so they cannot act on some tokens only."""
_TEXT_ENCODER = re.compile(r"(lora_te|lora_prior_te|text_encoder|text_model|cond_stage|conditioner|t5xxl)")


def lora_names() -> list[str]:
    """As the host lists them."""
    return folder_paths.get_filename_list(FOLDER)


def lora_path(name: str, label: str) -> str:
    """Where the file of this name is; it may lack its folder and its ending, where that leaves one file.

    Raises ValueError, starting with label, where there is none, or more than one.
    """
    wanted = name.replace("\\", "/")
    listed = {known.replace("\\", "/"): known for known in lora_names()}
    matches = [listed[path] for path in dict.fromkeys((wanted, wanted.strip())) if path in listed][:1]
    for same in (_without_ending, lambda path: PurePosixPath(path).name, lambda path: PurePosixPath(path).stem):
        matches = matches or [known for path, known in listed.items() if same(path) == wanted.strip()]
    shown = printable(name, 60)
    if len(matches) > 1:
        raise ValueError(
            f"{label}: several LoRA files are called '{shown}': {_listing(matches)}. Give the name with its folder."
        )
    if not matches:
        near = difflib.get_close_matches(wanted, list(listed)[:MAX_COMPARED], n=MAX_LISTED, cutoff=0.5)
        hint = f" Did you mean {_listing(near)}?" if near else ""
        raise ValueError(
            f"{label}: there is no LoRA file '{shown}' in models/loras.{hint} Put it there, or choose another."
        )
    path = folder_paths.get_full_path(FOLDER, matches[0])
    if path is None or not os.path.isfile(path):
        raise ValueError(f"{label}: {_gone(matches[0])}")
    return path


def _gone(name: str) -> str:
    return (
        f"the LoRA file '{printable(name, 60)}' is gone, or no file (a link that leads nowhere?). Put it into "
        "models/loras again, or choose another."
    )


def file_stamp(path: str) -> tuple[int, ...] | None:
    """Another one once the file was changed or replaced, also by one of the same time and size; None without a file."""
    try:
        state = os.stat(path)
    except OSError:
        return None
    return state.st_mtime_ns, state.st_ctime_ns, state.st_size


def lora_stamps(names: Iterable[str]) -> list[tuple[int, ...] | None]:
    """The stamps of the LoRA files of these names, for a node's fingerprint; None for one that there is not."""

    def stamp(name: str) -> tuple[int, ...] | None:
        try:
            return file_stamp(lora_path(name, ""))
        except ValueError:
            return None

    return [stamp(name) for name in names]


def stamps_of_loras(read: Callable[[], RegionSet]) -> list[tuple[int, ...] | None]:
    """lora_stamps of the LoRAs of the regions that read returns; none where it raises ValueError."""
    try:
        return lora_stamps(lora.name for _, _, lora in loras_of(read()))
    except ValueError:
        return []


def _without_ending(path: str) -> str:
    return str(PurePosixPath(path).with_suffix(""))


def _listing(names: Iterable[str]) -> str:
    return short_list([f"'{printable(name, 60)}'" for name in names], MAX_LISTED)


def read_lora(path: str, label: str) -> dict[str, Tensor]:
    """The tensors of a LoRA file, in names that the host's loader knows.

    Raises ValueError, starting with label, for a file that cannot be read, or is no LoRA that a region can have.
    """
    name = printable(os.path.basename(path), 60)
    try:
        tensors = comfy.utils.load_torch_file(path, safe_load=True)
    except Exception as error:
        raise ValueError(f"{label}: {_unreadable(path, error)}") from error
    tensors = comfy.lora_convert.convert_lora(tensors) if isinstance(tensors, dict) else {}
    for pattern, kind in _REFUSED.items():
        if any(re.search(pattern, tensor) for tensor in tensors):
            raise ValueError(
                f"{label}: '{name}' is {kind}, which cannot act on a region alone. Load it for the whole picture, with "
                "Load LoRA."
            )
    if not any(_PART.fullmatch(tensor) for tensor in tensors):
        raise ValueError(f"{label}: '{name}' is no LoRA: it holds no change of a model's layers. Choose another file.")
    if not all(torch.isfinite(tensor.float().abs().max()) for tensor in tensors.values() if tensor.numel()):
        raise ValueError(
            f"{label}: '{name}' holds NaN or infinite values, which would make the picture black. Download it again."
        )
    return tensors


def _unreadable(path: str, error: Exception) -> str:
    """Why the file of a LoRA could not be read, and what to do; safetensors says of any that it cannot open that there
    is none.
    """
    name = printable(os.path.basename(path), 60)
    if not os.path.isfile(path):
        return _gone(name)
    if isinstance(error, OSError):
        return f"ComfyUI may not read the LoRA file '{name}'. Give it the right to, or put a copy there."
    if not path.lower().endswith((".safetensors", ".sft")):
        return f"the LoRA file '{name}' holds more than numbers, or is damaged, and is not opened. Choose a .safetensors file."
    return f"the LoRA file '{name}' cannot be read ({printable(str(error), 100)}). Download it again."


def layer_names(tensors: Iterable[str]) -> list[str]:
    """The layers that a LoRA changes, as the file calls them, each once; not those of text encoders."""
    matches = [_PART.fullmatch(tensor) for tensor in tensors]
    layers = [match["layer"] for match in matches if match is not None]
    return [layer for layer in dict.fromkeys(layers) if not _TEXT_ENCODER.match(layer)]


def changes_text_encoder(tensors: Iterable[str]) -> bool:
    return any(_TEXT_ENCODER.match(tensor) for tensor in tensors)


def loras_of(regions: RegionSet) -> list[tuple[int, str, RegionLora]]:
    """(owner, what an error calls it, LoRA) of all that are in force; owner: a region's index, or R of the
    background.
    """
    loras = [
        (index, regions.label(index), lora) for index, region in enumerate(regions.regions) for lora in region.loras
    ]
    loras += [(len(regions), "The background", lora) for lora in regions.background_loras]
    return [(owner, label, lora) for owner, label, lora in loras if lora.strength]


def check_lora_files(regions: RegionSet) -> None:
    """Raises ValueError, naming the region, for a LoRA whose file is missing, or no LoRA that a region can have."""
    checked = set()
    for _, label, lora in loras_of(regions):
        path = lora_path(lora.name, label)
        if path not in checked:
            read_lora(path, label)
        checked.add(path)
