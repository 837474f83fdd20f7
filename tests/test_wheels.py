"""Both wheels, installed beside the locked dependencies: a first draft without a network and without a clone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from conftest import REPOSITORY

PACKAGES = sorted((REPOSITORY / "models").glob("translate-*.argosmodel"))


def built(folder: Path, into: Path) -> Path:
    """The wheel of a project folder."""
    before = set(into.glob("*.whl"))
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(into)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    (wheel,) = set(into.glob("*.whl")) - before
    return wheel


DATA = (
    "languages/numerals/*.txt",
    "languages/terms/*.txt",
    "publish/words/*.toml",
    "intake/words/*.txt",
    "catalog/linebreak.txt",
    "sample/*",
)


def data_files() -> set[str]:
    """The files that the programs read at run time, as a wheel names them."""
    home = REPOSITORY / "workflow"
    found = {pattern: [path for path in home.glob(pattern) if path.is_file()] for pattern in DATA}
    assert all(found.values()), f"no file of {[pattern for pattern, paths in found.items() if not paths]}"
    return {path.relative_to(REPOSITORY).as_posix() for paths in found.values() for path in paths}


@pytest.mark.slow
def test_both_wheels_draft_offline_in_an_empty_environment(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    wheels = [built(REPOSITORY, tmp_path), built(REPOSITORY / "models", tmp_path)]
    with zipfile.ZipFile(wheels[0]) as wheel:
        names = wheel.namelist()
        assert any(name.startswith("workflow/publish/templates/") for name in names)
        assert "workflow/sample/workflow.toml" in names
        assert not data_files() - set(names), "every data file of the programs is in the wheel"
        assert not any(name.startswith(("tests/", "models/", "source/")) for name in names)
    with zipfile.ZipFile(wheels[1]) as wheel:
        carried = {Path(name).name for name in wheel.namelist() if name.endswith(".argosmodel")}
        assert carried == {path.name for path in PACKAGES}, "every package of models/ is in the starter wheel"

    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    python = environment / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*install, *map(str, wheels)], check=True, capture_output=True)
    # The locked dependencies stand in our own environment; a path file lends them, but not our editable install.
    (lent,) = environment.glob("lib/python*/site-packages")
    (lent / "lent.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", "utf-8")

    home = tmp_path / "home"
    home.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    env = {**kept, "HOME": str(home), "http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}

    def workflow(*arguments: str, folder: Path = tmp_path) -> str:
        command = [str(environment / "bin" / "workflow"), *arguments]
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = subprocess.run(
        [str(python), "-c", "import workflow; print(workflow.__file__)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert str(environment) in where.stdout, "the wheel is used, not the checkout"
    workflow("init", "demo")
    demo = tmp_path / "demo"
    workflow("draft", folder=demo)
    counts = json.loads(workflow("status", "--format", "json", folder=demo))["completeness"]["zh_CN"]["welcome"]
    assert counts["draft"] == counts["segments"] > 5
    workflow("publish", "--accept", "draft", folder=demo)
    assert (demo / "editions" / "zh_CN" / "welcome.html").stat().st_size > 1000
