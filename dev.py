#!/usr/bin/env python3
"""Everything a newcomer or CI needs: python dev.py demo | test | check | serve | bench. See python dev.py --help."""

import sys

if sys.version_info < (3, 10):  # noqa: UP036 (before anything that an older Python cannot read)
    sys.exit("dev.py needs Python 3.10 or newer; this is %d.%d." % sys.version_info[:2])  # noqa: UP031

import argparse

from devtools import bench, checks, demo, processes, serve, suite
from devtools.errors import DevError

DESCRIPTION = """\
Sets up and runs Flux Regions with a real ComfyUI. The first run downloads what is needed into .dev/ (minutes, about 7 GB on
Linux); later runs start in seconds."""

EPILOG = """\
environment:
  COMFYUI_DIR     use this ComfyUI install instead of a downloaded one; the pack is linked into its custom_nodes while needed,
                  nothing else in it is touched
  COMFYUI_PYTHON  the Python that runs it (default: its venv, .venv or python_embeded, else our own)
  CHROMIUM        the browser of the browser tests (default: one on the PATH, else Playwright's own)"""


def main(argv: list[str]) -> int:
    processes.exit_on_signals()
    try:
        return run(argv)
    except DevError as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except OSError as error:  # a full disk, missing rights
        where = f": {error.filename}" if error.filename else ""
        print(f"\nThe system refused: {error.strerror or error}{where}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def run(argv: list[str]) -> int:
    argv, after_dashes = split_at_dashes(argv)
    parser, commands = parsers()
    options, rest = parser.parse_known_args(argv)
    if rest and options.command not in ("test", "bench"):
        commands[options.command].error(f"unknown arguments: {' '.join(rest)}")
    rest += after_dashes
    if options.command == "demo":
        return demo.demo(full=options.full, cpu=options.cpu, thumbnails=options.thumbnails)
    if options.command == "test":
        return suite.test(fast=options.fast, random=options.random, pytest_args=rest)
    if options.command == "check":
        return checks.check()
    if options.command == "serve":
        return serve.serve(port=options.port, newest=options.frontend == "newest", cpu=options.cpu, comfy_args=rest)
    return bench.bench(options.name, rest)


def split_at_dashes(argv: list[str]) -> tuple[list[str], list[str]]:
    """What stands before and after a lone `--`."""
    index = argv.index("--") if "--" in argv else len(argv)
    return argv[:index], argv[index + 1 :]


def parsers() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="dev.py", description=DESCRIPTION, epilog=EPILOG, formatter_class=formatter)
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="demo | test | check | serve | bench")
    commands = {}

    def add_command(name: str, text: str, usage: str) -> argparse.ArgumentParser:
        command = subparsers.add_parser(name, help=text, description=text, usage=f"dev.py {usage}", allow_abbrev=False)
        commands[name] = command
        return command

    demo_command = add_command(
        "demo", "run the shipped workflows on the miniature model and save the pictures", "demo [options]"
    )
    demo_command.add_argument(
        "--full", action="store_true", help="also those that need FLUX.1-dev weights, if they are installed"
    )
    demo_command.add_argument("--cpu", action="store_true", help="do not use the graphics card")
    demo_command.add_argument(
        "--thumbnails",
        action="store_true",
        help="also make anew: the pictures of the template browser (workflows/*.jpg), the gallery, the nodes' JSON schema",
    )

    test_command = add_command("test", "run the checks, then pytest", "test [--fast | --random] [pytest arguments]")
    test_command.add_argument(
        "--fast", action="store_true", help="leave out the slow, the server and the browser tests"
    )
    test_command.add_argument(
        "--random",
        action="store_true",
        help="only the property tests, with fresh random examples (without, they draw the same ones every time)",
    )

    add_command("check", "run lint, format, types and the JavaScript tests: all of `test` but pytest", "check")

    serve_command = add_command(
        "serve", "leave ComfyUI running with the pack", "serve [options] [-- ComfyUI arguments]"
    )
    serve_command.add_argument("--port", type=int, help=f"default {serve.USUAL_PORT}, or the next that is free")
    serve_command.add_argument(
        "--frontend", choices=["own", "newest"], default="own", help="ComfyUI's own web page, or the newest"
    )
    serve_command.add_argument("--cpu", action="store_true", help="do not use the graphics card")

    bench_command = add_command("bench", "run a benchmark", "bench NAME [its arguments]")
    bench_command.add_argument("name", nargs="?", help="a folder of benchmarks/; left out, they are listed")
    return parser, commands


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
