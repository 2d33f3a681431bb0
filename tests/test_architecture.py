"""Imports point one way, only adapter/ names the host's hooks, and the pack imports without ComfyUI."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# What each folder of the pack may import beside itself and the standard library: folders of the pack, and packages.
ALLOWED = {
    "regions": (set(), {"torch"}),
    "attention": ({"regions"}, {"torch"}),
    "adapter": ({"regions", "attention"}, {"torch", "comfy"}),
    "reports": ({"regions", "attention"}, {"torch", "numpy", "PIL"}),
    "planning": ({"regions"}, set()),
    "pocket": (set(), {"torch", "numpy", "scipy", "PIL", "safetensors", "transformers", "comfy"}),
    "nodes": (
        {"regions", "attention", "adapter", "reports", "planning", "pocket"},
        {"torch", "numpy", "PIL", "comfy", "comfy_api", "comfy_execution", "folder_paths"},
    ),
}
# One file of a folder may import what the others may not: the network; the host, for tests and benchmarks; pictures,
# where the host's Python runs it.
ALLOWED_IN_ONE_FILE = {
    "adapter/lora_file.py": {"folder_paths"},
    "adapter/sampling_hooks.py": {"comfy_execution"},
    "nodes/text_route.py": {"aiohttp"},
    "planning/chat.py": {"aiohttp"},
    "devtools/registry_pictures.py": {"PIL"},
    "devtools/packages.py": {"comfy", "folder_paths"},
    "devtools/thumbnails.py": {"PIL"},
}
TOOLS = {"tests", "benchmarks", "devtools"}
HOOKS = (
    "optimized_attention_override",
    "transformer_options",
    "model_conds",
    "comfy.conds",
    "patcher_extension",
    "WrappersMP",
    "CallbacksMP",
    "add_callback",
    "patches_replace",
    "post_input",
)


# The host's other ways into a model, which the pack does without.
UNUSED_HOOKS = ("add_wrapper", "add_object_patch", "set_model_", "model_function_wrapper", "set_attachments")


def shipped_files():
    """The Python files of the pack, relative to the repository."""
    return [path.relative_to(ROOT) for folder in ALLOWED for path in sorted((ROOT / folder).rglob("*.py"))]


def imports(path):
    """The full names of the modules that a file imports, those of the pack as "pack.<folder>..."."""
    package = ("pack", *path.parent.parts)
    names = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join([*package[: len(package) - node.level + 1], *([node.module] if node.module else [])])
            names |= {base} if node.module else {f"{base}.{alias.name}" for alias in node.names}
    return names


def forbidden(path, folders, packages):
    """The imports of a file that lead neither into these folders of the pack nor into these packages, sorted."""
    packages = {*packages, *sys.stdlib_module_names, *ALLOWED_IN_ONE_FILE.get(path.as_posix(), ())}

    def is_allowed(name):
        top, _, rest = name.partition(".")
        return rest.partition(".")[0] in folders if top == "pack" else top in packages

    return sorted(name for name in imports(path) if not is_allowed(name))


def test_every_folder_of_the_pack_has_its_rule():
    assert {path.parent.name for path in ROOT.glob("*/__init__.py")} - TOOLS == set(ALLOWED)


@pytest.mark.parametrize("path", shipped_files(), ids=str)
def test_imports_point_one_way(path):
    folder = path.parts[0]
    folders, packages = ALLOWED[folder]
    assert forbidden(path, {folder, *folders}, packages) == []


@pytest.mark.parametrize("path", [path for path in shipped_files() if path.parts[0] != "adapter"], ids=str)
def test_only_the_adapter_names_the_hooks_of_the_host(path):
    text = (ROOT / path).read_text("utf-8")
    assert [hook for hook in (*HOOKS, *UNUSED_HOOKS) if hook in text] == []


def test_every_hook_of_the_list_is_one_that_the_adapter_uses():
    """Else the list guards names that are no longer, and a renamed hook goes unguarded."""
    text = "".join(path.read_text("utf-8") for path in (ROOT / "adapter").rglob("*.py"))
    assert [hook for hook in HOOKS if hook not in text] == []
    assert [hook for hook in UNUSED_HOOKS if hook in text] == []


@pytest.mark.parametrize("path", [path for path in shipped_files() if path.parts[0] != "pocket"], ids=str)
def test_every_log_line_is_made_printable(path):
    """Names, prompts and servers' words are foreign: loggers come from one place, which makes one clean line of all."""
    text = (ROOT / path).read_text("utf-8")
    assert path.as_posix() == "regions/printable_log.py" or "logging" not in imports(path)
    assert not any(isinstance(node, ast.Name) and node.id == "print" for node in ast.walk(ast.parse(text)))


@pytest.mark.parametrize("path", shipped_files(), ids=str)
def test_no_foreign_code_can_run(path):
    """No eval, exec, pickle or other program; of files only tensors are loaded. (A module's .eval() is a setting.)"""
    assert not imports(path) & {"pickle", "marshal", "shelve", "subprocess", "ctypes", "runpy", "code"}
    calls = [node for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))) if isinstance(node, ast.Call)]
    names = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
    assert not names & {"eval", "exec", "compile", "__import__"}
    for call in calls:
        name = ast.unparse(call.func)
        assert name not in ("os.system", "os.popen", "numpy.load", "np.load", "joblib.load")
        if name == "torch.load":
            safe = [ast.unparse(keyword.value) for keyword in call.keywords if keyword.arg == "weights_only"]
            assert safe == ["True"]


def test_the_tools_need_nothing_installed():
    """dev.py runs before anything is installed."""
    files = [Path("dev.py"), *(path.relative_to(ROOT) for path in (ROOT / "devtools").glob("*.py"))]
    assert {str(path): bad for path in files if (bad := forbidden(path, {"devtools"}, {"devtools"}))} == {}


def test_the_front_door_opens_without_comfyui():
    """In a fresh Python: import the package as ComfyUI's loader does, and check that no host module came along."""
    location = f'"flux_regions", r"{ROOT / "__init__.py"}", submodule_search_locations=[r"{ROOT}"]'
    code = f"""
import importlib.util, sys
spec = importlib.util.spec_from_file_location({location})
pack = importlib.util.module_from_spec(spec)
sys.modules["flux_regions"] = pack
spec.loader.exec_module(pack)
assert pack.WEB_DIRECTORY == "./js" and callable(pack.comfy_entrypoint)
assert not [name for name in sys.modules if name.split(".")[0] in ("comfy", "comfy_api", "torch", "folder_paths")]
import flux_regions.regions, flux_regions.attention, flux_regions.planning, flux_regions.pocket
assert not [name for name in sys.modules if name.split(".")[0] in ("comfy", "comfy_api", "folder_paths")]
"""
    subprocess.run([sys.executable, "-I", "-c", code], check=True, cwd="/")
