"""Imports run downward, and every library comes in by one door (docs/architecture.md)."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import workflow

ROOT = Path(workflow.__file__).parent
TOP = ROOT.parent

# The plan had 1-2-3-4-5-6-7; two rooms stand lower than in it: languages and files are asked by the rooms of the
# floor where they stood, and on one floor nobody imports anybody.
FLOORS: list[set[str]] = [
    {"__init__", "errors", "model"},
    {"markup", "languages", "files", "cores"},
    {
        "segments",
        "readers",
        "intake",
        "engine",
        "cluster",
        "memory",
        "glossary",
        "reports",
        "status",
        "config",
        "record",
    },
    {"catalog", "draft", "checks", "edition", "publish", "interop"},
    {"project"},
    {"review"},
    {"cli"},
    {"__main__"},
]
LEVEL = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

DOORS = {
    "argostranslate": {"engine"},
    "babel": {"languages"},
    "click": {"cli"},
    "ctranslate2": {"engine"},
    "dask": {"cluster"},
    "jinja2": {"publish"},
    "markupsafe": {"publish"},
    "nh3": {"publish"},
    "opencc": {"engine"},
    "pygments": {"publish"},
    "pyromark": {"readers"},
    "rapidfuzz": {"memory"},
    "sacremoses": {"engine"},
    "sentencepiece": {"engine"},
    "sentencex": {"segments"},
    "starlette": {"review"},
    "translate": {"interop"},
    "weasyprint": {"publish"},
    "yaml": {"readers"},
}
ANYWHERE = {"numpy", "packaging", "ctranslate2"}


def room_of(path: Path) -> str:
    first = path.relative_to(ROOT).parts[0]
    return first.removesuffix(".py")


def imported(code: str, package: str) -> set[str]:
    """Every module that `code` imports, whole names, relative ones resolved against `package`."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parts, base] if base else parts)
            names |= {f"{base}.{alias.name}" for alias in node.names} if base == "workflow" else {base}
    return names


def strays(room: str, code: str, package: str = "workflow") -> list[str]:
    """What `room` imports but may not."""
    found = []
    for name in sorted(imported(code, package)):
        head, _, rest = name.partition(".")
        if head == "workflow":
            target = rest.partition(".")[0] or "__init__"
            target = target if target in LEVEL else "__init__"
            if target != room and LEVEL[target] >= LEVEL[room]:
                found.append(name)
        elif room not in DOORS.get(head, {room}):
            found.append(name)
    return found


FILES = sorted(ROOT.rglob("*.py"))


def test_the_test_itself_sees_strays() -> None:
    assert strays("memory", "import rapidfuzz\nfrom workflow.model import Entry") == []
    assert strays("model", "import rapidfuzz\nfrom workflow import catalog") == ["rapidfuzz", "workflow.catalog"]
    assert strays("readers", "from .markdown import parse", "workflow.readers") == []
    assert strays("draft", "def f():\n    from workflow.checks import numbers") == ["workflow.checks"]


def test_every_room_has_its_floor() -> None:
    assert {room_of(path) for path in FILES} <= set(LEVEL)


def test_a_verb_does_not_lean_on_another() -> None:
    """The modules of the top room know its base; only `draft` asks another, which packages there are."""
    for path in (ROOT / "project").glob("[!_]*.py"):
        others = {name for name in imported(path.read_text("utf-8"), "workflow.project") if ".project." in name}
        known = {"workflow.project.base"} | ({"workflow.project.models"} if path.stem == "drafting" else set())
        assert others <= (known if path.stem != "base" else set()), path.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_downward_and_libraries_have_one_door(path: Path) -> None:
    package = ".".join(("workflow", *path.relative_to(ROOT).parts[:-1]))
    assert strays(room_of(path), path.read_text("utf-8"), package) == []


def test_every_library_is_declared_and_has_a_door() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]
    declared = project["dependencies"] + [line for extra in project["optional-dependencies"].values() for line in extra]
    names = {re.split(r"[<>=!\[; ]", line)[0].replace("-", "_") for line in declared}
    names = {"yaml" if name == "pyyaml" else name for name in names}
    used = {name.partition(".")[0] for path in FILES for name in imported(path.read_text("utf-8"), "workflow")}
    third = used - set(sys.stdlib_module_names) - {"workflow"}
    assert third <= names | ANYWHERE, "imported, but not declared"
    assert third <= set(DOORS) | ANYWHERE, "imported, but no door is named for it"


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, json\nfrom workflow.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\nprint('\\n' + json.dumps(sorted(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(json.loads(run.stdout.splitlines()[-1]))
    heavy = {"ctranslate2", "argostranslate", "numpy", "jinja2", "babel", "yaml", "sentencepiece", "rapidfuzz"}
    assert loaded & heavy == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_importing_a_module_only_defines(path: Path) -> None:
    """No statement at the top of a module calls out for its effect."""
    body = ast.parse(path.read_text("utf-8")).body
    calls = [node for node in body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
    assert calls == []


def test_top_of_the_repository_is_as_agreed() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=TOP, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    top = {line.split("/")[0] for line in listed.stdout.splitlines()}
    allowed = {
        "pyproject.toml", "workflow", "source", "locales", "models", "tests", "benchmarks", "docs",
        "README.md", "CHANGELOG.md", "LICENSE", "Makefile", "workflow.toml",
    }  # fmt: skip
    assert {name for name in top if not name.startswith(".")} <= allowed


def test_locks_have_hashes_and_name_no_registry() -> None:
    for lock in sorted((TOP / ".lock").glob("*.txt")):
        text = lock.read_text("utf-8")
        assert "://" not in text
        pins = re.findall(r"^[a-z0-9].*==.*", text, re.MULTILINE)
        assert pins
        assert all(pin.rstrip().endswith("\\") for pin in pins), f"{lock.name}: a pin without a hash"
