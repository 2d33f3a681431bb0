"""Pocket Flux is the host's ordinary MODEL, CLIP and VAE: the host's nodes treat it like any model."""

import pytest
import torch

pytestmark = pytest.mark.host


@pytest.fixture(scope="module")
def pocket(comfy):
    from flux_regions.nodes.pocket_model import PocketModel

    return PocketModel.execute().result


@pytest.fixture(scope="module")
def host_nodes(comfy):
    import nodes

    return nodes


def sampled(host_nodes, pocket, words="a red circle", model=None, latent=None, **options):
    (positive,) = host_nodes.CLIPTextEncode().encode(pocket[1], words)
    latent = {"samples": torch.zeros(1, 16, 8, 8)} if latent is None else latent
    settings = {"seed": 3, "steps": 3, "cfg": 1.0, "sampler_name": "euler", "scheduler": "simple", **options}
    with torch.inference_mode():
        (out,) = host_nodes.KSampler().sample(
            model or pocket[0], positive=positive, negative=positive, latent_image=latent, **settings
        )
    return out["samples"]


def test_it_is_the_hosts_own_flux(pocket):
    import comfy.ldm.flux.model
    import comfy.model_base
    import comfy.sd

    model, clip, vae = pocket
    assert type(model.model) is comfy.model_base.Flux
    assert type(model.get_model_object("diffusion_model")) is comfy.ldm.flux.model.Flux
    assert isinstance(clip, comfy.sd.CLIP) and isinstance(vae, comfy.sd.VAE)


def test_the_text_is_padded_as_fluxs_is(pocket):
    tokens = pocket[1].tokenize("a red circle")["t5xxl"][0]
    assert [token for token, _ in tokens][-1] == 0 and len(tokens) == 16
    cond, extra = pocket[1].encode_from_tokens_scheduled(pocket[1].tokenize("a red circle"))[0]
    assert cond.shape == (1, 16, 128) and extra["pooled_output"].shape == (1, 32)


def test_the_sampler_follows_the_text_and_the_seed(host_nodes, pocket):
    reference = sampled(host_nodes, pocket)
    assert torch.equal(reference, sampled(host_nodes, pocket)) and torch.isfinite(reference).all()
    assert not torch.allclose(reference, sampled(host_nodes, pocket, "a blue star"))
    assert not torch.allclose(reference, sampled(host_nodes, pocket, seed=4))


@pytest.mark.parametrize("height, width", [(64, 64), (72, 104)])
def test_the_autoencoder_decodes_encodes_and_tiles(host_nodes, pocket, height, width):
    latent = {"samples": torch.randn(1, 16, height // 8, width // 8)}
    (picture,) = host_nodes.VAEDecode().decode(pocket[2], latent)
    assert picture.shape == (1, height, width, 3) and picture.min() >= 0 and picture.max() <= 1
    (back,) = host_nodes.VAEEncode().encode(pocket[2], picture)
    assert back["samples"].shape == latent["samples"].shape
    (tiled,) = host_nodes.VAEDecodeTiled().decode(pocket[2], latent, 64, 16)
    assert tiled.shape == picture.shape


def test_a_lora_changes_the_picture(host_nodes, pocket):
    import comfy.sd

    generator = torch.Generator().manual_seed(0)
    name = "diffusion_model.double_blocks.0.img_attn.qkv"
    lora = {
        f"{name}.lora_A.weight": torch.randn(4, 128, generator=generator),
        f"{name}.lora_B.weight": torch.randn(384, 4, generator=generator),
    }
    model, _ = comfy.sd.load_lora_for_models(pocket[0], None, lora, 1.0, 0)
    assert not torch.allclose(sampled(host_nodes, pocket, model=model), sampled(host_nodes, pocket))


def test_image_to_image(host_nodes, pocket):
    start = {"samples": torch.randn(1, 16, 8, 8, generator=torch.Generator().manual_seed(1))}
    assert torch.isfinite(sampled(host_nodes, pocket, latent=start, denoise=0.5)).all()
