"""A prompt with few sampler steps, for tests that compare two pictures and need no good ones."""

FEW_STEPS = 4


def with_few_steps(prompt: dict) -> dict:
    """The same prompt, in API format, with at most FEW_STEPS in each sampler."""

    def limited(name: str, value: object) -> object:
        return min(value, FEW_STEPS) if name == "steps" and isinstance(value, int) else value

    return {
        key: {**node, "inputs": {name: limited(name, value) for name, value in node["inputs"].items()}}
        for key, node in prompt.items()
    }
