"""The numbers that define Pocket Flux: the architecture of FLUX.1 (schnell-like, no guidance embedding), made small."""

HIDDEN = 128
HEADS = 4
AXES = (4, 14, 14)  # rotary dimensions per head for (index, row, column); FLUX.1 has (16, 56, 56)
THETA = 1000
DOUBLE_BLOCKS = 2
SINGLE_BLOCKS = 4
MLP_RATIO = 4
PATCH = 2
LATENT_CHANNELS = 16
TOKEN_CHANNELS = LATENT_CHANNELS * PATCH * PATCH
POOLED = 32  # width of the pooled text vector `y`; Pocket Flux keeps it zero, so all content comes through text tokens
TIME_FREQUENCIES = 256
SHIFT = 1.0  # of the sampling schedule, as in ComfyUI's sampling_settings

TEXT_WIDTH = 128
TEXT_HEADS = 4
TEXT_HEAD_WIDTH = 32
TEXT_FEED_FORWARD = 256
TEXT_LAYERS = 2
TEXT_MIN_LENGTH = 16  # prompts are padded to this many tokens, as FLUX.1 pads to 256
VOCABULARY = 32128

LATENT_SCALE = 0.3611  # of ComfyUI's Flux latent format: model latent = (VAE latent - shift) * scale
LATENT_SHIFT = 0.1159


def flux_overrides() -> dict:
    """What ComfyUI's detection cannot see in the shapes of the weights and would fill in with FLUX.1's values."""
    return {"num_heads": HEADS, "axes_dim": list(AXES), "theta": THETA, "mlp_ratio": float(MLP_RATIO)}


def t5_config() -> dict:
    """The configuration dict of ComfyUI's T5 class."""
    return {
        "d_ff": TEXT_FEED_FORWARD,
        "d_kv": TEXT_HEAD_WIDTH,
        "d_model": TEXT_WIDTH,
        "num_heads": TEXT_HEADS,
        "num_layers": TEXT_LAYERS,
        "dense_act_fn": "gelu_pytorch_tanh",
        "is_gated_act": True,
        "model_type": "t5",
        "vocab_size": VOCABULARY,
        "layer_norm_epsilon": 1e-06,
        "pad_token_id": 0,
        "eos_token_id": 1,
    }


def flux_shapes() -> dict[str, tuple[int, ...]]:
    """Parameter name -> shape, in the names of FLUX.1's own checkpoints."""
    shapes: dict[str, tuple[int, ...]] = {}

    def linear(name: str, width_in: int, width_out: int) -> None:
        shapes[f"{name}.weight"], shapes[f"{name}.bias"] = (width_out, width_in), (width_out,)

    def embedder(name: str, width_in: int) -> None:
        linear(f"{name}.in_layer", width_in, HIDDEN)
        linear(f"{name}.out_layer", HIDDEN, HIDDEN)

    def norms(name: str) -> None:
        shapes[f"{name}.query_norm.scale"] = shapes[f"{name}.key_norm.scale"] = (HIDDEN // HEADS,)

    linear("img_in", TOKEN_CHANNELS, HIDDEN)
    linear("txt_in", TEXT_WIDTH, HIDDEN)
    embedder("time_in", TIME_FREQUENCIES)
    embedder("vector_in", POOLED)
    for block in range(DOUBLE_BLOCKS):
        for stream in ("img", "txt"):
            prefix = f"double_blocks.{block}.{stream}"
            linear(f"{prefix}_mod.lin", HIDDEN, 6 * HIDDEN)
            linear(f"{prefix}_attn.qkv", HIDDEN, 3 * HIDDEN)
            norms(f"{prefix}_attn.norm")
            linear(f"{prefix}_attn.proj", HIDDEN, HIDDEN)
            linear(f"{prefix}_mlp.0", HIDDEN, MLP_RATIO * HIDDEN)
            linear(f"{prefix}_mlp.2", MLP_RATIO * HIDDEN, HIDDEN)
    for block in range(SINGLE_BLOCKS):
        prefix = f"single_blocks.{block}"
        linear(f"{prefix}.linear1", HIDDEN, (3 + MLP_RATIO) * HIDDEN)
        linear(f"{prefix}.linear2", (1 + MLP_RATIO) * HIDDEN, HIDDEN)
        norms(f"{prefix}.norm")
        linear(f"{prefix}.modulation.lin", HIDDEN, 3 * HIDDEN)
    linear("final_layer.linear", HIDDEN, TOKEN_CHANNELS)
    linear("final_layer.adaLN_modulation.1", HIDDEN, 2 * HIDDEN)
    return shapes


def t5_shapes() -> dict[str, tuple[int, ...]]:
    """Parameter name -> shape of the text encoder without its word table, in T5's own names."""
    inner = TEXT_HEADS * TEXT_HEAD_WIDTH
    shapes: dict[str, tuple[int, ...]] = {"encoder.final_layer_norm.weight": (TEXT_WIDTH,)}
    for layer in range(TEXT_LAYERS):
        prefix = f"encoder.block.{layer}.layer"
        for part in "qkv":
            shapes[f"{prefix}.0.SelfAttention.{part}.weight"] = (inner, TEXT_WIDTH)
        shapes[f"{prefix}.0.SelfAttention.o.weight"] = (TEXT_WIDTH, inner)
        shapes[f"{prefix}.1.DenseReluDense.wi_0.weight"] = (TEXT_FEED_FORWARD, TEXT_WIDTH)
        shapes[f"{prefix}.1.DenseReluDense.wi_1.weight"] = (TEXT_FEED_FORWARD, TEXT_WIDTH)
        shapes[f"{prefix}.1.DenseReluDense.wo.weight"] = (TEXT_WIDTH, TEXT_FEED_FORWARD)
        for part in "01":
            shapes[f"{prefix}.{part}.layer_norm.weight"] = (TEXT_WIDTH,)
    shapes["encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"] = (32, TEXT_HEADS)
    return shapes
