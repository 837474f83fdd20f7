"""Bad input gets one clear line that says what, where and what to do; nothing is lost or half written."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from conftest import REPOSITORY, Run

PO = "locales/zh_CN/LC_MESSAGES/walk.po"


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def refused(run: Run, root: Path, *arguments: str, code: int = 1) -> str:
    """The one line of the error; nothing in the publication has changed."""
    before = snapshot(root)
    result = run(*arguments)
    assert result.exit_code == code, result.output
    after = {name: data for name, data in snapshot(root).items() if not name.endswith(".lock")}
    assert after == {name: data for name, data in before.items() if not name.endswith(".lock")}
    lines = [line for line in result.stderr.splitlines() if line.strip()]
    if code == 1:
        assert len(lines) == 1, result.stderr
        assert lines[0].startswith("Error: ")
    assert "Traceback" not in result.output
    return lines[-1].removeprefix("Error: ")


def test_no_settings_up_the_tree(publication: Path, run: Run) -> None:
    (publication / "workflow.toml").unlink()
    said = refused(run, publication, "status")
    assert "workflow.toml" in said
    assert "workflow init" in said


def test_a_folder_that_is_missing(publication: Path, run: Run) -> None:
    assert "no such folder" in refused(run, publication, "--project", "nowhere", "status")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('[publication]\ntitle = "A\n', "workflow.toml:2: not TOML"),
        ('[publication]\nlocals = ["es"]\n', "workflow.toml:2: unknown key 'locals'; did you mean 'locales'?"),
        (
            '[publicaton]\nlocales = ["es"]\n',
            "workflow.toml:1: unknown table 'publicaton'; did you mean 'publication'?",
        ),
        ('[publication]\nlocales = ["es", "klingon"]\n', "workflow.toml:2: unknown locale 'klingon'"),
        ('[publication]\nlocales = ["es", "xx"]\n', "workflow.toml:2: unknown locale 'xx'"),
        ('[publication]\nlocales = "es"\n', "workflow.toml:2: locales wants a list"),
        ('[publication]\nlocales = ["es", "es"]\n', "workflow.toml:2: locales names es twice"),
        ('[publication]\n\nlocales = ["en"]\n', "workflow.toml:3: en is the source language"),
        ('[publication]\nlocales = ["es"]\n[segments]\ngrain = "word"\n', 'workflow.toml:4: grain wants "sentence"'),
        (
            '[publication]\nlocales = ["es"]\n[checks]\nskip = ["nummers"]\n',
            "workflow.toml:4: unknown check 'nummers'; did you mean 'numbers'?",
        ),
        ('[publication]\nlocales = ["es"]\n[checks.fr]\nskip = []\n', "workflow.toml:3: fr is not among"),
        (
            '[publication]\nlocales = ["es"]\n[publish]\nformats = ["docx"]\n',
            "workflow.toml:4: formats wants a list out of html",
        ),
        ('title = "x"\n', "workflow.toml:1: unknown key 'title'"),
        ('[publication]\nurl = "example.org"\n', "workflow.toml:2: url 'example.org' is no http(s) address"),
    ],
)
def test_settings_that_are_wrong(publication: Path, run: Run, settings: str, said: str) -> None:
    (publication / "workflow.toml").write_text(settings, "utf-8")
    assert said in refused(run, publication, "status")


def test_settings_that_are_not_utf8(publication: Path, run: Run) -> None:
    (publication / "workflow.toml").write_bytes(b'[publication]\ntitle = "caf\xe9"\n')
    assert "workflow.toml" in refused(run, publication, "status")


@pytest.mark.parametrize("command", ["sync", "draft", "check", "status"])
def test_a_locale_that_does_not_exist(publication: Path, run: Run, command: str) -> None:
    assert "unknown locale 'zz_ZZ'" in refused(run, publication, command, "-l", "zz_ZZ")


def test_a_locale_that_is_not_ours(publication: Path, run: Run) -> None:
    said = refused(run, publication, "sync", "-l", "fr")
    assert "fr is not among this publication's locales (zh_CN, es)" in said
    assert "workflow.toml" in said


def test_any_spelling_of_a_locale_is_taken(publication: Path, run: Run) -> None:
    assert run("sync", "-l", "zh-Hans").exit_code == 0
    assert (publication / PO).exists()


@pytest.mark.parametrize("name", ["My Article.md", "Größe.md", "a b.txt", "UPPER.html"])
def test_an_article_whose_name_is_no_slug(publication: Path, run: Run, name: str) -> None:
    (publication / "source" / name).write_text("Words.\n", "utf-8")
    said = refused(run, publication, "sync")
    assert f"source/{name}" in said
    assert "is no slug" in said


def test_two_articles_with_one_name(publication: Path, run: Run) -> None:
    (publication / "source" / "walk.txt").write_text("Words.\n", "utf-8")
    assert "source/walk.txt: walk.md has the same name" in refused(run, publication, "sync")


@pytest.mark.parametrize("command", ["sync", "draft", "check", "status"])
def test_an_article_that_is_missing(publication: Path, run: Run, command: str) -> None:
    assert "no article 'wolk' in source/; did you mean walk?" in refused(run, publication, command, "wolk")


def test_a_path_where_a_name_is_wanted(publication: Path, run: Run) -> None:
    assert "say walk" in refused(run, publication, "sync", "source/walk.md")


@pytest.mark.parametrize("text", ["", "\n\n", "```\ncode\n```\n", "---\ndate: 2025-01-01\n---\n"])
def test_an_article_without_words(publication: Path, run: Run, text: str) -> None:
    (publication / "source" / "void.md").write_text(text, "utf-8")
    assert "source/void.md:1: nothing to translate" in refused(run, publication, "sync")


def test_an_article_that_is_not_utf8(publication: Path, run: Run) -> None:
    (publication / "source" / "old.md").write_bytes(b"One.\nTwo caf\xe9.\n")
    said = refused(run, publication, "sync")
    assert "source/old.md" in said
    assert "UTF-8" in said
    assert "2" in said


def test_no_source_folder(publication: Path, run: Run) -> None:
    shutil.rmtree(publication / "source")
    assert "source/ is missing" in refused(run, publication, "sync")


@pytest.mark.parametrize("command", ["sync", "draft", "check", "status", "publish"])
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda text: text + '\nmsgid "unfinished\nmsgstr ""\n', f"{PO}:"),
        (lambda text: text + '\nmsgid "We left early."\nmsgstr "again"\n', "is here twice"),
        (lambda text: text.replace("charset=UTF-8", "charset=ISO-8859-1"), "ISO-8859-1"),
    ],
    ids=["syntax", "duplicate", "charset"],
)
def test_a_catalog_that_is_broken(publication: Path, run: Run, command: str, spoil: object, said: str) -> None:
    assert run("sync").exit_code == 0
    path = publication / PO
    path.write_text(spoil(path.read_text("utf-8")), "utf-8")  # type: ignore[operator]
    line = refused(run, publication, command)
    assert said in line
    assert line.startswith(f"{PO}:")


def test_a_catalog_that_is_not_utf8(publication: Path, run: Run) -> None:
    assert run("sync").exit_code == 0
    path = publication / PO
    path.write_bytes(path.read_bytes() + b'\nmsgid "x"\nmsgstr "caf\xe9"\n')
    assert PO in refused(run, publication, "check")


def test_no_package_for_a_locale(publication: Path, run: Run) -> None:
    settings = publication / "workflow.toml"
    settings.write_text(settings.read_text("utf-8").replace('"es"', '"fr"'), "utf-8")
    assert run("sync").exit_code == 0
    said = refused(run, publication, "draft", "-l", "fr")
    assert "workflow models install fr" in said


def package_file(folder: Path) -> Path:
    found = sorted((REPOSITORY / "models").glob("translate-en_zh-*.argosmodel"))
    if not found:
        pytest.skip("no package in models/")
    folder.mkdir(exist_ok=True)
    return Path(shutil.copy(found[-1], folder))


def test_a_package_that_is_no_zip(publication: Path, run: Run) -> None:
    bad = publication / "bad.argosmodel"
    bad.write_bytes(b"no zip at all")
    assert "bad.argosmodel" in refused(run, publication, "models", "install", "bad.argosmodel")


def test_a_package_that_lacks_its_model(publication: Path, run: Run) -> None:
    whole = package_file(publication / "files")
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(publication / "lacks.argosmodel", "w") as target:
        for name in source.namelist():
            if not name.endswith("model.bin"):
                target.writestr(name, source.read(name))
    said = refused(run, publication, "models", "install", "lacks.argosmodel")
    assert "model" in said


def test_a_package_that_is_truncated(publication: Path, run: Run) -> None:
    whole = package_file(publication / "files")
    (publication / "cut.argosmodel").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert "cut.argosmodel" in refused(run, publication, "models", "install", "cut.argosmodel")


def test_a_broken_package_in_the_models_folder(publication: Path, run: Run) -> None:
    assert run("sync").exit_code == 0
    (publication / "models").mkdir()
    (publication / "models" / "translate-en_zh-1_0.argosmodel").write_bytes(b"PK\x03\x04 broken")
    assert "translate-en_zh-1_0.argosmodel" in refused(run, publication, "draft", "-l", "zh_CN")


def test_an_output_folder_that_cannot_be_written(publication: Path, run: Run) -> None:
    (publication / "taken").write_text("a file\n", "utf-8")
    assert "taken" in refused(run, publication, "publish", "--output", "taken/editions")


@pytest.mark.parametrize(
    "arguments",
    [
        ("sync", "--nope"),
        ("publish", "--accept", "all"),
        ("check", "--fail-under", "101"),
        ("status", "--format", "pdf"),
        ("nope",),
    ],
)
def test_wrong_usage_is_exit_code_2(publication: Path, run: Run, arguments: tuple[str, ...]) -> None:
    refused(run, publication, *arguments, code=2)


def test_an_unknown_check(publication: Path, run: Run) -> None:
    assert "did you mean numbers?" in refused(run, publication, "check", "--only", "nombers")


def test_an_unknown_format(publication: Path, run: Run) -> None:
    assert "epub" in refused(run, publication, "publish", "--to", "docx")


def test_add_something_that_is_missing(publication: Path, run: Run) -> None:
    assert "nowhere.txt" in refused(run, publication, "add", "nowhere.txt")


def test_add_over_an_article(publication: Path, run: Run) -> None:
    (publication / "walk.txt").write_text("A title\n\nSome honest words about a walk.\n", "utf-8")
    assert "walk" in refused(run, publication, "add", "walk.txt")


def test_init_over_a_publication(publication: Path, run: Run) -> None:
    assert "workflow.toml" in refused(run, publication, "init", ".")


@pytest.mark.slow
def test_ctrl_c_is_one_line_and_loses_nothing(publication: Path) -> None:
    package_file(publication / "models")
    (publication / "source" / "long.txt").write_text(
        "\n\n".join(
            f"The committee met {n} times and wrote a long report about the harbour and its ships." for n in range(3000)
        ),
        "utf-8",
    )
    command = [sys.executable, "-m", "workflow"]
    subprocess.run([*command, "sync"], check=True, capture_output=True)
    drafting = subprocess.Popen([*command, "draft", "-l", "zh_CN"], stderr=subprocess.PIPE, text=True)
    time.sleep(4)
    os.kill(drafting.pid, signal.SIGINT)
    _, stderr = drafting.communicate(timeout=60)
    assert drafting.returncode == 1
    assert "Traceback" not in stderr
    assert "Error: interrupted" in stderr
    done = subprocess.run(
        [*command, "check", "-l", "zh_CN", "--only", "markup"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
