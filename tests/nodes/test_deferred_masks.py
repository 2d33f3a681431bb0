"""The Region Canvas's masks are drawn when somebody looks at them, and then are what any mask is."""

import copy
import pickle

import pytest
import torch

pytestmark = pytest.mark.host


@pytest.fixture
def deferred(nodes):
    import flux_regions.nodes.deferred_masks as module

    calls = []

    def draw():
        calls.append(1)
        return torch.arange(24.0).reshape(2, 3, 4) / 24

    return module.DeferredMasks((2, 3, 4), draw), calls, draw()


def test_sizes_draw_nothing(deferred):
    masks, calls, _ = deferred
    calls.clear()
    assert isinstance(masks, torch.Tensor) and masks.shape == (2, 3, 4) and masks.ndim == 3 and len(masks) == 2
    assert masks.dtype == torch.float32 and masks.device.type == "cpu" and masks.numel() * masks.element_size() == 96
    assert masks.nbytes == 96 and "DeferredMasks" in repr(masks) and not calls


LOOKS = {
    "index": lambda m: m[1, 2, 3:],
    "arithmetic": lambda m: 1 - m * 2,
    "reshape": lambda m: m.reshape((-1, 1, 3, 4)).movedim(1, -1).expand(-1, -1, -1, 3),
    "stack": lambda m: torch.stack([m, m]),
    "numpy": lambda m: torch.from_numpy(m.cpu().numpy().copy()),
    "interpolate": lambda m: torch.nn.functional.interpolate(m[:, None], size=(5, 5)),
    "clone": lambda m: m.clone(),
    "deepcopy": copy.deepcopy,
    "pickle": lambda m: pickle.loads(pickle.dumps(m)),
    "to": lambda m: m.to(torch.float64),
    "iterate": lambda m: torch.cat(list(m)),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_a_look_draws_once_and_gives_plain_tensors(deferred, look):
    masks, calls, plain = deferred
    calls.clear()
    for _ in range(2):
        seen = look(masks)
        assert type(seen) is torch.Tensor and torch.equal(seen, look(plain))
    assert len(calls) == 1


def test_an_interrupt_while_drawing_is_passed_on(nodes):
    import flux_regions.nodes.deferred_masks as module

    def draw():
        raise InterruptedError

    with pytest.raises(InterruptedError):
        module.DeferredMasks((1, 2, 2), draw) + 1
