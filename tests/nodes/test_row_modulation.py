"""One row of modulation made another for some tokens, in numbers that models have: zeros, and types of few digits."""

import pytest
import torch

pytestmark = [pytest.mark.host, pytest.mark.usefixtures("comfy")]

CHANNELS, TOKENS = 64, 6
OWNED = torch.tensor([1, 4])


def modulated(rows, dtype, change):
    """What a model makes of random tokens, and what it should: both float64 [1, TOKENS, CHANNELS], and the tokens as
    the model multiplies them. rows: use -> [CHANNELS].
    """
    from flux_regions.adapter.family import LayerTokens, Modulated, TokenStream
    from flux_regions.adapter.fitted_loras import FittedLayer, LayerDelta
    from flux_regions.adapter.lora_rows import OwnedRows
    from flux_regions.adapter.row_modulation import RowModulation

    uses = tuple(Modulated("norm", use) for use in rows)
    layer_tokens = LayerTokens(r"(block)\.mod", TokenStream.IMAGE, modulates=uses)
    output = torch.cat(list(rows.values()))[None].to(dtype)
    delta = LayerDelta(0, (0.0, 1.0), slice(None), lambda given: change.expand_as(output).to(dtype))
    modulation = RowModulation(FittedLayer("block.mod", layer_tokens, [delta]))
    modulation.note(output, torch.zeros(1, 1))

    generator = torch.Generator().manual_seed(0)
    tokens = torch.randn(1, TOKENS, CHANNELS, generator=generator).to(dtype)
    changed = modulation.applied("block.norm", tokens, [OwnedRows(OWNED, None)])
    parts = dict(zip(rows, output.chunk(len(rows), 1), strict=True))

    def model(tokens, parts):
        for use, row in parts.items():
            if use == "scale":
                tokens = tokens * (1 + row[:, None])
            elif use != "shift":
                tokens = tokens * (row if use == "gate" else row.tanh())[:, None]
        return tokens + parts["shift"][:, None] if "shift" in parts else tokens

    wanted_parts = {use: row.double() + change.double() for use, row in parts.items()}
    wanted = model(tokens.double(), wanted_parts)
    wanted[:, [0, 2, 3, 5]] = model(tokens, parts).double()[:, [0, 2, 3, 5]]
    return model(changed, parts).double(), wanted, changed, tokens


ROWS = torch.linspace(-2, 2, CHANNELS)


@pytest.mark.parametrize("uses", [("scale", "shift"), ("scale",), ("gate",), ("tanh gate",)])
@pytest.mark.parametrize("dtype, tolerance", [(torch.float32, 1e-5), (torch.bfloat16, 0.05), (torch.float16, 0.01)])
def test_tokens_have_the_row_of_their_own(uses, dtype, tolerance):
    made, wanted, changed, tokens = modulated(dict.fromkeys(uses, ROWS + 0.01), dtype, torch.tensor(0.25))
    assert (made - wanted).abs().max() < tolerance
    assert torch.equal(changed[:, [0, 2, 3, 5]], tokens[:, [0, 2, 3, 5]])


@pytest.mark.parametrize("uses, nothing", [(("scale", "shift"), -1.0), (("gate",), 0.0), (("tanh gate",), 0.0)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("near", [0.0, 1e-7])
def test_channels_of_which_the_model_takes_nothing_stay_finite(uses, nothing, dtype, near):
    rows = ROWS + 0.01
    rows[[3, 40]] = nothing + near
    made, wanted, changed, _ = modulated(dict.fromkeys(uses, rows), dtype, torch.tensor(0.25))
    assert changed.isfinite().all() and made.isfinite().all()
    others = [channel for channel in range(CHANNELS) if channel not in (3, 40)]
    assert (made - wanted)[..., others].abs().max() < 0.05
