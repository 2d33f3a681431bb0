"""One safetensors file holds the whole miniature: `flux.*`, `t5.*`, `vae.*`, the words it knows and preview colours."""

from pathlib import Path

import torch
from torch import Tensor

from .architecture import LATENT_CHANNELS, TEXT_WIDTH, VOCABULARY, flux_shapes, t5_shapes
from .autoencoder import Autoencoder

FORMAT = "pocket-flux-1"
WORD_IDS, WORD_ROWS = "t5.words.ids", "t5.words.rows"  # rows[i] belongs to ids[i]; one last row serves every other word


def expected_shapes() -> dict[str, tuple[int, ...]]:
    """Name -> shape of everything a weights file must hold, except the word table, whose length is free."""
    shapes = {f"flux.{name}": shape for name, shape in flux_shapes().items()}
    shapes |= {f"t5.{name}": shape for name, shape in t5_shapes().items()}
    with torch.device("meta"):
        shapes |= {f"vae.{name}": tuple(value.shape) for name, value in Autoencoder().state_dict().items()}
    return shapes | {"preview.factors": (LATENT_CHANNELS, 3), "preview.bias": (3,)}


def read_weights(path: Path) -> dict[str, Tensor]:
    """A weights file, checked, every tensor in fp32. Raises ValueError, one sentence, for a bad or missing file."""
    import safetensors

    path = Path(path)
    if not path.is_file():
        raise ValueError(f"Pocket Flux has no weights at {path}: restore the file from the repository (git checkout).")
    try:
        with safetensors.safe_open(str(path), framework="pt") as file:
            metadata = file.metadata() or {}
            state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
    except Exception as error:
        raise ValueError(f"The Pocket Flux weights at {path} are damaged ({error}): fetch the file again.") from error
    if metadata.get("format") != FORMAT:
        raise ValueError(f"The file at {path} is not a Pocket Flux of format {FORMAT!r}: fetch the matching file.")
    return check(state, str(path))


def read_facts(path: Path) -> dict[str, str]:
    """What a weights file says of its training: steps, images, hours."""
    import safetensors

    with safetensors.safe_open(str(path), framework="pt") as file:
        return file.metadata()


def check(state: dict[str, Tensor], origin: str) -> dict[str, Tensor]:
    """The same tensors in fp32. Raises ValueError, which names origin, if one is missing or of another shape."""
    shapes = expected_shapes()
    misfits = [name for name, shape in shapes.items() if name not in state or tuple(state[name].shape) != shape]
    misfits += [name for name in (WORD_IDS, WORD_ROWS) if name not in state]
    if not misfits and state[WORD_ROWS].shape != (len(state[WORD_IDS]) + 1, TEXT_WIDTH):
        misfits = [WORD_ROWS]
    if misfits:
        raise ValueError(
            f"The Pocket Flux weights at {origin} do not fit this version ({len(misfits)} tensors missing or "
            f"of another shape, the first is {misfits[0]!r}): fetch the matching file."
        )
    return {name: value.float() if value.is_floating_point() else value for name, value in state.items()}


def word_table(state: dict[str, Tensor]) -> Tensor:
    """The full T5 word table [32128, width] from the words known and the row that serves all others."""
    rows = state[WORD_ROWS]
    table = rows[-1].repeat(VOCABULARY, 1)
    table[state[WORD_IDS].long()] = rows[:-1]
    return table


def tensors_under(state: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """The tensors under `prefix.`, without the prefix and without the word table."""
    return {
        name[len(prefix) + 1 :]: value
        for name, value in state.items()
        if name.startswith(prefix + ".") and name not in (WORD_IDS, WORD_ROWS)
    }
