from __future__ import annotations

import itertools
import json
import shutil
import stat
import zipfile
from pathlib import Path

import pytest
from engine_samples import package, packed
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.engine import packages
from workflow.engine.packages import Package, found, info, open_package, read, route
from workflow.errors import PackageError

MODELS = Path(__file__).parents[1] / "models"
(REAL,) = MODELS.glob("translate-en_zh-*.argosmodel")


def bare(source: str, target: str, version: str = "1.0", folder: str = "a") -> Package:
    name = f"translate-{source}_{target}-{version}"
    return Package(name=name, from_code=source, to_code=target, version=version, path=Path(folder) / name)


def names(chain: tuple[Package, ...]) -> list[str]:
    return [f"{step.from_code}{step.to_code}{step.version}" for step in chain]


def test_the_packages_of_this_project_are_found_known_and_small() -> None:
    ours = found([MODELS])
    assert {(one.name, one.from_code, one.to_code, one.version) for one in ours} == {
        ("translate-en_es-0_2", "en", "es", "0.2"),
        ("translate-en_zh-0_3", "en", "zh", "0.3"),
    }
    card = (MODELS / "README.md").read_text("utf-8")
    for one in ours:
        assert one.broken == ""
        assert info(one).sha256 in card
        assert info(one).size < 40 * 10**6
        assert "CC-BY" in info(one).licence
        assert "parameters" in info(one).readme


def test_packages_of_several_folders_are_found_in_their_order(tmp_path: Path) -> None:
    one = package(tmp_path / "one", "en", "es")
    shutil.copytree(one, tmp_path / "two" / "translate-de_en-2_0")
    packed(one, tmp_path / "two" / "translate-en_fr-1_0.argosmodel")
    (tmp_path / "two" / "notes").mkdir()
    (tmp_path / "two" / "notes" / "a.txt").write_text("no package")
    here = found([tmp_path / "two", tmp_path / "none", tmp_path / "one", one])
    assert [item.path.name for item in here] == [
        "translate-de_en-2_0",
        "translate-en_fr-1_0.argosmodel",
        "translate-en_es-1_0",
    ]


def test_the_newest_version_wins_and_of_equals_the_first() -> None:
    here = [bare("en", "zh", "1.9"), bare("en", "zh", "1.10"), bare("en", "zh", "1.10", "b")]
    assert route(here, "en", "zh_CN") == (here[1],)


def test_a_direct_package_is_better_than_a_newer_chain() -> None:
    here = [bare("en", "zh", "9"), bare("es", "en", "9"), bare("es", "zh", "0.1")]
    assert names(route(here, "es", "zh_CN")) == ["eszh0.1"]


def test_a_chain_goes_through_english_where_there_is_a_choice() -> None:
    here = [bare("es", "fr"), bare("fr", "zh"), bare("es", "en"), bare("en", "zh")]
    assert names(route(here, "es", "zh_CN")) == ["esen1.0", "enzh1.0"]
    assert names(route(here[:2], "es", "zh_CN")) == ["esfr1.0", "frzh1.0"]


def test_a_chain_may_have_three_packages_and_never_goes_back() -> None:
    here = [bare("es", "en"), bare("en", "es"), bare("en", "fr"), bare("fr", "de")]
    assert names(route(here, "es", "de")) == ["esen1.0", "enfr1.0", "frde1.0"]


@pytest.mark.parametrize(
    ("locale", "code"),
    [("zh_TW", "zt"), ("pt_BR", "pb"), ("pt_BR", "pt"), ("pt_PT", "pt"), ("nb", "nb"), ("es_MX", "es")],
)
def test_argos_codes_of_locales(locale: str, code: str) -> None:
    assert names(route([bare("en", code)], "en", locale)) == [f"en{code}1.0"]


def test_simplified_chinese_is_never_taken_for_traditional() -> None:
    with pytest.raises(PackageError, match=r"no package translates en into zh_TW.*models install zh_TW"):
        route([bare("en", "zh")], "en", "zh_TW")


@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd"), st.integers(1, 3)).filter(
            lambda pair: pair[0] != pair[1]
        )
    )
)
@settings(max_examples=150)
def test_a_route_leads_from_the_one_to_the_other_or_there_is_none(pairs: list[tuple[str, str, int]]) -> None:
    here = [bare(f"x{start}", f"x{end}", str(number)) for start, end, number in pairs]
    try:
        chain = route(here, "xa", "xd")
    except PackageError:
        reached = {"xa"}
        for _ in range(3):
            reached |= {item.to_code for item in here if item.from_code in reached}
        assert "xd" not in reached
        return
    assert chain[0].from_code == "xa"
    assert chain[-1].to_code == "xd"
    assert all(left.to_code == right.from_code for left, right in itertools.pairwise(chain))
    assert len(chain) == 1 or not any((item.from_code, item.to_code) == ("xa", "xd") for item in here)


def test_a_packed_package_is_unpacked_once_into_the_cache(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    ours = read(REAL)
    home = open_package(ours, cache=cache)
    with zipfile.ZipFile(REAL) as archive:
        packed_size = archive.getinfo(f"{ours.name}/model/model.bin").file_size
    assert (home / "model" / "model.bin").stat().st_size == packed_size
    before = (home / "model" / "model.bin").stat().st_mtime_ns
    assert open_package(ours, cache=cache) == home
    assert (home / "model" / "model.bin").stat().st_mtime_ns == before
    assert [item.name for item in cache.iterdir()] == [home.name]


def test_what_only_argos_own_splitter_needs_is_not_unpacked(tmp_path: Path) -> None:
    home = package(tmp_path)
    (home / "stanza").mkdir()
    (home / "stanza" / "big.pt").write_bytes(b"0" * 1000)
    opened = open_package(read(packed(home)), cache=tmp_path / "cache")
    assert (opened / "model" / "model.bin").exists()
    assert not (opened / "stanza").exists()


def zipped(file: Path, entries: dict[str, bytes], mode: int = 0) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            item = zipfile.ZipInfo(name)
            item.compress_type = zipfile.ZIP_DEFLATED
            item.external_attr = mode << 16
            archive.writestr(item, data)
    return file


GOOD = {
    "p/metadata.json": json.dumps({"from_code": "en", "to_code": "zh", "package_version": "1.0"}).encode(),
    "p/model/model.bin": b"weights",
    "p/sentencepiece.model": b"pieces",
}


def told(**facts: object) -> dict[str, bytes]:
    table = {"from_code": "en", "to_code": "zh", "package_version": "1.0", **facts}
    return {**GOOD, "p/metadata.json": json.dumps(table).encode()}


BROKEN = {
    "no metadata": ({name: data for name, data in GOOD.items() if "metadata" not in name}, "has no metadata.json"),
    "no model": ({name: data for name, data in GOOD.items() if "model.bin" not in name}, r"lacks its model"),
    "no tokenizer": ({name: data for name, data in GOOD.items() if "sentencepiece" not in name}, "lacks its tokenizer"),
    "metadata is no JSON": ({**GOOD, "p/metadata.json": b"{"}, "metadata.json is no JSON"),
    "metadata is a list": ({**GOOD, "p/metadata.json": b"[]"}, "wants one object"),
    "a code that is a number": (told(to_code=3), "to_code wants a string"),
    "a code that is a path": (told(to_code="../../etc"), "to_code is no language code"),
    "a version that is none": (told(package_version="newest!"), "package_version is no version"),
    "another type": (told(type="sbd"), "of type 'sbd'"),
    "no folder": ({"metadata.json": b"{}"}, "is not in a folder"),
    "two folders": ({**GOOD, "q/a": b""}, "has 2"),
    "empty": ({}, "has 0"),
    "a path that leads out": ({**GOOD, "p/../../evil": b"x"}, "leads out of the package"),
    "an absolute path": ({**GOOD, "/etc/evil": b"x"}, "leads out of the package"),
    "a path of another system": ({**GOOD, "p\\..\\evil": b"x"}, "leads out|is not in a folder"),
    "a drive": ({**GOOD, "C:/evil": b"x"}, "leads out of the package"),
    "a bomb": ({**GOOD, "p/zeros": bytes(4 << 20)}, "unpacks to 4194304 bytes from"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_package_says_why_in_one_line(name: str, tmp_path: Path) -> None:
    entries, said = BROKEN[name]
    file = zipped(tmp_path / "translate-en_zh-1_0.argosmodel", entries)
    package_ = read(file)
    assert "\n" not in package_.broken
    assert package_.broken.startswith(f"{file}: ")
    with pytest.raises(PackageError, match=said):
        open_package(package_, cache=tmp_path / "cache")
    with pytest.raises(PackageError, match=said):
        route([package_], "en", "zh_CN")
    with pytest.raises(PackageError, match=said):
        info(package_)
    assert not (tmp_path / "cache").exists()
    assert not (tmp_path.parent / "evil").exists()


def test_links_are_refused(tmp_path: Path) -> None:
    file = zipped(tmp_path / "a.argosmodel", GOOD | {"p/link": b"/etc/passwd"}, stat.S_IFLNK | 0o777)
    assert "is a link or a device" in read(file).broken


def test_a_file_that_is_no_zip_and_one_that_is_cut_off(tmp_path: Path) -> None:
    text = tmp_path / "translate-en_es-1_0.argosmodel"
    text.write_text("<html>404</html>")
    cut = tmp_path / "translate-en_zh-1_0.argosmodel"
    cut.write_bytes(REAL.read_bytes()[:-2000])
    spanish, chinese = sorted(found([tmp_path]), key=lambda item: item.to_code)
    assert "not a whole zip archive" in spanish.broken
    assert "not a whole zip archive" in chinese.broken
    with pytest.raises(PackageError, match="not a whole zip archive"):
        route([spanish, chinese], "en", "zh_CN")
    # A broken one does not stand in the way of a sound one.
    assert route([chinese, read(REAL)], "en", "zh_CN")[0].path == REAL


@pytest.mark.parametrize("place", [60_000, 2_000_000, 5_000_000])
def test_a_byte_turned_inside_is_found_when_it_is_unpacked(place: int, tmp_path: Path) -> None:
    data = bytearray(REAL.read_bytes())
    data[place] ^= 0x55
    file = tmp_path / REAL.name
    file.write_bytes(bytes(data))
    with pytest.raises(PackageError, match=r"broken (inside|at)"):
        open_package(read(file), cache=tmp_path / "cache")
    assert not any(item.is_dir() and "translate" in item.name for item in (tmp_path / "cache").iterdir())


def test_more_files_and_more_bytes_than_a_package_has_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "MOST_FILES", 10)
    file = zipped(tmp_path / "a.argosmodel", GOOD | {f"p/{number}": b"" for number in range(12)})
    assert "too large to be a package" in read(file).broken


def test_a_full_disk_is_said_before_it_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=1000))
    with pytest.raises(PackageError, match=r"unpacking wants \d+ MB more than .* has free"):
        open_package(read(REAL), cache=tmp_path / "cache")


def test_a_cache_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(PackageError, match="cannot be written"):
        open_package(read(REAL), cache=tmp_path / "cache")


def test_argos_own_folder_is_named_without_being_made(tmp_path: Path) -> None:
    assert packages.own_folder({"XDG_DATA_HOME": str(tmp_path)}) == tmp_path / "argos-translate" / "packages"
    assert packages.own_folder({"ARGOS_PACKAGES_DIR": "/x"}) == Path("/x")
    assert packages.own_folder({"HOME": str(tmp_path)}) == tmp_path / ".local/share/argos-translate/packages"
    assert list(tmp_path.iterdir()) == []


def test_info_of_a_folder_has_a_hash_that_depends_on_every_byte(tmp_path: Path) -> None:
    home = package(tmp_path)
    before = info(read(home))
    assert before.licence == "CC0-1.0"
    (home / "model" / "config.json").write_text("{}")
    assert info(read(home)).sha256 != before.sha256


def test_a_cache_that_cannot_be_written_is_one_line_that_says_how_to_name_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = packed(package(tmp_path))
    (tmp_path / "cache").write_text("not a folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(PackageError, match=r"cannot be written: .*; XDG_CACHE_HOME may name another folder"):
        open_package(read(file))
