"""A stand-in for ComfyUI that starts at once: it knows the flags and `/system_stats`, or dies, or hangs, as told."""

from pathlib import Path

MAIN = """
import argparse, http.server, os, sys, time
print("fake ComfyUI", *sys.argv[1:], flush=True)
if os.environ.get("FAKE_COMFYUI") == "dies":
    for number in range(40):
        print("log line", number)
    sys.exit(3)
if os.environ.get("FAKE_COMFYUI") == "hangs":
    time.sleep(600)
parser = argparse.ArgumentParser()
parser.add_argument("--port", type=int)
options, _ = parser.parse_known_args()

class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"pid": %d}' % os.getpid())
    def log_message(self, *args):
        pass

http.server.HTTPServer(("127.0.0.1", options.port), Answer).serve_forever()
"""


def write_fake_comfyui(root: Path) -> Path:
    """Write the stand-in's tree, of a version without `--database-url`, to the new folder `root`, and return it.

    FAKE_COMFYUI in its environment tells it what to do: "dies", "hangs"; without, it serves.
    """
    (root / "comfy").mkdir(parents=True)
    (root / "custom_nodes").mkdir()
    (root / "main.py").write_text(MAIN)
    (root / "comfyui_version.py").write_text('__version__ = "9.9.9"\n')
    flags = ("--listen", "--port", "--user-directory", "--input-directory", "--output-directory", "--temp-directory")
    (root / "comfy" / "cli_args.py").write_text("\n".join(f'parser.add_argument("{flag}")' for flag in flags))
    return root
