"""Argos packages: which are here, which to use for a pair of languages, what is in one.

A package is a folder (as argostranslate installs it) or an `.argosmodel` file, the zip of such a folder. Files are
unpacked into a cache, under limits, before their first use; nothing here opens a connection.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO

from packaging.version import InvalidVersion, Version

from workflow.errors import PackageError

SUFFIX = ".argosmodel"
MOST_BYTES = 4 << 30
"""No package is larger unpacked; Argos's largest are about 300 MB."""
MOST_FILES = 2_000
MOST_RATIO = 100
"""No file of a model packs better; weights hardly pack at all, a bomb does by a thousand."""
MOST_METADATA = 1 << 20
_SPARE = 64 << 20
_RECEIPT = ".workflow.json"
# Argos's own codes, where they are not the language's.
_CODES = {
    "zh_TW": ("zt",),
    "zh_HK": ("zt",),
    "zh_MO": ("zt",),
    "zh_Hant": ("zt",),
    "pt_BR": ("pb", "pt"),
    "no": ("nb", "no"),
    "nn": ("nb", "no"),
    "nb": ("nb", "no"),
    "fil": ("tl", "fil"),
    "iw": ("he", "iw"),
}
# Sentence splitters that some packages carry: ours is better, so they are not unpacked into the cache.
_UNUSED = {"stanza", "spacy", "minisbd"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """An Argos package for one pair of languages.

    `name` is the folder's or the file's stem, as Argos makes it (`translate-en_zh-1_9`). `broken` says in one line
    why it cannot be used; empty where it can, as far as its list of contents tells.
    """

    name: str
    from_code: str
    to_code: str
    version: str
    path: Path
    from_name: str = ""
    to_name: str = ""
    target_prefix: str = ""
    broken: str = ""

    @property
    def packed(self) -> bool:
        """Whether it is an `.argosmodel` file."""
        return self.path.suffix == SUFFIX


def own_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Where argostranslate itself installs packages for this user; the folder need not exist."""
    environ = os.environ if environ is None else environ
    home = Path(environ.get("SNAP_USER_DATA") or environ.get("HOME") or Path.home())
    if told := environ.get("ARGOS_PACKAGES_DIR"):
        return Path(told)
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "argos-translate" / "packages"


def cache_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Where packed packages are unpacked to; the folder need not exist and may be deleted at any time."""
    environ = os.environ if environ is None else environ
    home = Path(environ.get("HOME") or Path.home())
    return Path(environ.get("XDG_CACHE_HOME") or home / ".cache") / "edition-workflow" / "packages"


def found(folders: Iterable[Path]) -> list[Package]:
    """The packages in these folders, the order of the folders kept, by name in each; broken ones say so themselves.

    A folder that does not exist has none. A path to one package stands for that package.
    """
    packages: dict[Path, Package] = {}
    for folder in folders:
        for path in _candidates(folder):
            packages.setdefault(path, read(path))
    return list(packages.values())


def _candidates(folder: Path) -> list[Path]:
    if folder.suffix == SUFFIX or (folder / "metadata.json").is_file():
        return [folder] if folder.exists() else []
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if not path.name.startswith(".")
        and ((path.suffix == SUFFIX and path.is_file()) or (path.is_dir() and (path / "metadata.json").exists()))
    )


def read(path: Path) -> Package:
    """The package at `path`, known by its metadata and its list of contents; `broken` where these are not right."""
    name = path.name.removesuffix(SUFFIX)
    guess = re.fullmatch(r"translate-(?P<source>[a-z]+)_(?P<target>[a-z]+)(?:-(?P<version>[\w.]+))?", name)
    parts = guess.groupdict() if guess else {}
    package = Package(
        name=name,
        from_code=parts.get("source") or "",
        to_code=parts.get("target") or "",
        version=(parts.get("version") or "").replace("_", "."),
        path=path,
    )
    try:
        names, metadata = _packed(path) if path.suffix == SUFFIX else _unpacked(path)
        _complete(path, names)
        return _described(package, metadata)
    except PackageError as error:
        return replace(package, broken=str(error))


def _unpacked(path: Path) -> tuple[set[str], bytes]:
    names = {item.relative_to(path).as_posix() for item in path.rglob("*") if item.is_file()}
    try:
        with (path / "metadata.json").open("rb") as file:
            return names, file.read(MOST_METADATA + 1)
    except OSError as error:
        raise PackageError(f"{path}: {error.strerror or error}; install the package again") from None


def _packed(path: Path) -> tuple[set[str], bytes]:
    with open_zip(path) as archive:
        top, items = contents(archive, path)
        if "metadata.json" not in items:
            raise PackageError(f"{path}: no Argos package: it has no metadata.json")
        with _member(archive, items["metadata.json"], path) as file:
            data = _read(file, MOST_METADATA + 1, path)
    del top
    return set(items), data


def open_zip(path: Path) -> zipfile.ZipFile:
    """The archive; PackageError if it is none or is cut off."""
    try:
        return zipfile.ZipFile(path)
    except FileNotFoundError:
        raise PackageError(f"{path}: there is no such package") from None
    except OSError as error:
        raise PackageError(f"{path}: cannot be read: {error.strerror or error}") from None
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        size = path.stat().st_size
        raise PackageError(
            f"{path}: no Argos package, or cut off ({size} bytes, not a whole zip archive); fetch it again"
        ) from None


def contents(archive: zipfile.ZipFile, path: Path) -> tuple[str, dict[str, zipfile.ZipInfo]]:
    """The one top folder of the archive, and its files by their path within; PackageError for what may not be unpacked.

    Refused are paths that lead outside, links, more than one top folder, two files of one name, encryption, too many
    files, too many bytes, and files that pack better than a model can.
    """
    items: dict[str, zipfile.ZipInfo] = {}
    tops: set[str] = set()
    total = 0
    for info in archive.infolist():
        if info.is_dir() and not _strays(info.filename):
            continue
        _allowed(info, path)
        top, _, inner = info.filename.partition("/")
        if not inner:
            raise PackageError(f"{path}: no Argos package: {info.filename!r} is not in a folder")
        tops.add(top)
        if inner in items:
            raise PackageError(f"{path}: unsafe: two files are called {info.filename!r}")
        items[inner] = info
        total += info.file_size
        if len(items) > MOST_FILES or total > MOST_BYTES:
            raise PackageError(f"{path}: too large to be a package (over {MOST_FILES} files or {MOST_BYTES >> 30} GiB)")
    if len(tops) != 1:
        raise PackageError(f"{path}: no Argos package: it wants one folder at its top, and has {len(tops)}")
    return tops.pop(), items


def _allowed(info: zipfile.ZipInfo, path: Path) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if _strays(info.filename):
        raise PackageError(f"{path}: unsafe: {info.filename!r} leads out of the package")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise PackageError(f"{path}: unsafe: {info.filename!r} is a link or a device, not a file")
    if info.flag_bits & 1:
        raise PackageError(f"{path}: {info.filename!r} is encrypted")
    if info.file_size > (1 << 20) and info.file_size > MOST_RATIO * max(info.compress_size, 1):
        raise PackageError(
            f"{path}: unsafe: {info.filename!r} unpacks to {info.file_size} bytes from {info.compress_size}"
        )


def _strays(name: str) -> bool:
    pure = PurePosixPath(name)
    return pure.is_absolute() or ".." in pure.parts or "\\" in name or ":" in name or "\0" in name or not pure.parts


def _complete(path: Path, names: set[str]) -> None:
    if "model/model.bin" not in names:
        raise PackageError(f"{path}: it lacks its model (model/model.bin); fetch it again")
    if not names & {"sentencepiece.model", "bpe.model"}:
        raise PackageError(f"{path}: it lacks its tokenizer (sentencepiece.model or bpe.model); fetch it again")


def _described(package: Package, metadata: bytes) -> Package:
    where = package.path
    if len(metadata) > MOST_METADATA:
        raise PackageError(f"{where}: metadata.json is over {MOST_METADATA >> 20} MB")
    try:
        table = json.loads(metadata)
    except (ValueError, RecursionError) as error:
        raise PackageError(f"{where}: metadata.json is no JSON: {error}") from None
    if not isinstance(table, dict):
        raise PackageError(f"{where}: metadata.json wants one object")
    told = {key: table.get(key, "") for key in ("from_code", "to_code", "package_version", "target_prefix")}
    told |= {key: table.get(key, "") for key in ("from_name", "to_name")}
    for key, value in told.items():
        if not isinstance(value, str):
            raise PackageError(f"{where}: metadata.json: {key} wants a string")
    if table.get("type", "translate") != "translate":
        raise PackageError(f"{where}: it is of type {table['type']!r}; only translate packages can draft")
    for key in ("from_code", "to_code"):
        if not re.fullmatch(r"[A-Za-z][A-Za-z_-]{1,15}", told[key]):
            raise PackageError(f"{where}: metadata.json: {key} is no language code: {told[key]!r}")
    if not sound_version(told["package_version"]):
        raise PackageError(f"{where}: metadata.json: package_version is no version: {told['package_version']!r}")
    return replace(
        package,
        from_code=told["from_code"],
        to_code=told["to_code"],
        version=told["package_version"],
        from_name=told["from_name"],
        to_name=told["to_name"],
        target_prefix=told["target_prefix"],
    )


def codes(locale: str) -> tuple[str, ...]:
    """The codes by which Argos may call the language of a locale, the best first.

    >>> codes("zh_CN"), codes("zh_TW"), codes("pt_BR"), codes("es_MX")
    (('zh',), ('zt',), ('pb', 'pt'), ('es',))
    """
    return _CODES.get(locale) or _CODES.get(locale.partition("_")[0]) or (locale.partition("_")[0],)


def route(packages: Sequence[Package], source: str, target: str) -> tuple[Package, ...]:
    """The packages that lead from one locale's language to the other's: one, else a chain of two or three.

    The newest of several for one pair is taken; of equal ones the first. PackageError says which command installs one.
    """
    newest: dict[tuple[str, str], Package] = {}
    for package in packages:
        pair = (package.from_code, package.to_code)
        if not package.broken and (pair not in newest or version(package) > version(newest[pair])):
            newest[pair] = package
    for wanted in codes(target):
        for start in codes(source):
            if chain := _chain(newest, start, wanted):
                return chain
    ends = {(start, wanted) for start in codes(source) for wanted in codes(target)}
    for package in packages:
        if package.broken and (package.from_code, package.to_code) in ends:
            raise PackageError(package.broken)
    raise PackageError(
        f"no package translates {source} into {target}; "
        f"`workflow models install {target}` fetches one, `workflow models install FILE` takes one from a file"
    )


def version(package: Package) -> Version:
    """The package's version as one that can be compared; 0 where it has none."""
    return Version(package.version or "0")


def sound_version(text: str) -> bool:
    """Whether `text` is a version that can be compared, or empty."""
    try:
        Version(text or "0")
    except InvalidVersion:
        return False
    return True


def _chain(newest: Mapping[tuple[str, str], Package], start: str, wanted: str) -> tuple[Package, ...]:
    # Breadth first, English as the pivot before others: most packages have it at one end.
    ways: list[tuple[Package, ...]] = [(package,) for (head, _), package in newest.items() if head == start]
    for _ in range(3):
        for way in ways:
            if way[-1].to_code == wanted:
                return way
        ways = [
            (*way, package)
            for way in sorted(ways, key=lambda way: (way[-1].to_code != "en", way[-1].to_code))
            for (head, tail), package in newest.items()
            if head == way[-1].to_code and tail != start and tail not in {step.to_code for step in way}
        ]
    return ()


def open_package(package: Package, *, cache: Path | None = None) -> Path:
    """The folder of the package: its own, or for a packed one its folder in the cache, unpacked there if need be.

    PackageError if it is broken or cannot be unpacked.
    """
    if package.broken:
        raise PackageError(package.broken)
    if not package.packed:
        return package.path
    home = (cache or cache_folder()) / f"{package.name}-{digest(package.path)[:16]}"
    if not (home / _RECEIPT).is_file():
        try:
            unpack(package.path, home, leave=_UNUSED)
        except PackageError as error:
            above = _there(home)
            if cache or (above.is_dir() and os.access(above, os.W_OK)):
                raise
            raise PackageError(f"{error}; XDG_CACHE_HOME may name another folder to unpack packages in") from None
    return home


def _there(path: Path) -> Path:
    """The path, or the nearest folder above it that exists."""
    return next(folder for folder in (path, *path.parents) if folder.exists())


def unpack(
    file: Path, home: Path, *, leave: Iterable[str] = (), check: Callable[[Path], None] = lambda _folder: None
) -> None:
    """The archive's one folder is at `home`, whole or not at all, with a receipt of the archive's hash in it.

    What `leave` names is left out; `check` sees the folder before it is put in place, and its error keeps it out.
    PackageError for an unsafe or broken archive, a full disk, a folder that cannot be
    written; an earlier `home` is replaced only by a whole one.
    """
    left = frozenset(leave)
    with open_zip(file) as archive:
        _, items = contents(archive, file)
        _complete(file, set(items))
        wanted = {inner: info for inner, info in items.items() if inner.split("/")[0] not in left}
        size = sum(info.file_size for info in wanted.values())
        try:
            home.parent.mkdir(parents=True, exist_ok=True)
            if shutil.disk_usage(home.parent).free < size + _SPARE:
                raise PackageError(f"{file}: unpacking wants {size >> 20} MB more than {home.parent} has free")
            part = Path(tempfile.mkdtemp(prefix=".unpacking-", dir=home.parent))
        except OSError as error:
            raise PackageError(f"{home.parent}: cannot be written: {error.strerror or error}") from None
        try:
            for inner, info in wanted.items():
                _extract(archive, info, part / inner, file)
            receipt = {"archive": file.name, "sha256": digest(file)}
            (part / _RECEIPT).write_text(json.dumps(receipt, indent=1) + "\n", encoding="utf-8")
            part.chmod(0o755)
            check(part)
            _put(part, home)
        except OSError as error:
            raise PackageError(f"{home}: cannot be written: {error.strerror or error}") from None
        finally:
            shutil.rmtree(part, ignore_errors=True)


def _put(part: Path, home: Path) -> None:
    if home.exists():
        old = Path(tempfile.mkdtemp(prefix=".replaced-", dir=home.parent))
        home.replace(old / home.name)
        part.replace(home)
        shutil.rmtree(old, ignore_errors=True)
        return
    try:
        part.replace(home)
    except OSError:
        if not (home / _RECEIPT).is_file():  # another run was quicker, and its copy is as good
            raise


def _extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, shown: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    left = info.file_size
    with _member(archive, info, shown) as file, path.open("wb") as out:
        while chunk := _read(file, 1 << 20, shown):
            left -= len(chunk)
            if left < 0:
                raise PackageError(f"{shown}: unsafe: {info.filename!r} is larger than it says")
            out.write(chunk)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, shown: Path) -> IO[bytes]:
    try:
        return archive.open(info)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise PackageError(f"{shown}: broken at {info.filename!r} ({error}); fetch it again") from None


def _read(file: IO[bytes], size: int, shown: Path) -> bytes:
    try:
        return file.read(size)
    except Exception as error:
        # zipfile lets each decompressor's own error through: zlib.error, lzma.LZMAError, EOFError, BadZipFile …
        raise PackageError(f"{shown}: broken inside ({error}); fetch it again") from None


def digest(path: Path) -> str:
    """The SHA-256 of a file, or of a folder: of the sorted list of its files' paths and hashes."""
    if path.is_dir():
        items = sorted(item for item in path.rglob("*") if item.is_file() and item.name != _RECEIPT)
        lines = (f"{digest(item)}  {item.relative_to(path).as_posix()}\n" for item in items)
        return hashlib.sha256("".join(lines).encode()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Info:
    """What there is to say of a package: its bytes on disk, its hash, the licences in its README, its README."""

    package: Package
    size: int
    sha256: str
    licence: str
    readme: str


def info(package: Package) -> Info:
    """The facts of a package; PackageError where it is broken."""
    if package.broken:
        raise PackageError(package.broken)
    if package.packed:
        size = package.path.stat().st_size
        with open_zip(package.path) as archive:
            _, items = contents(archive, package.path)
            readme = b""
            if "README.md" in items:
                with _member(archive, items["README.md"], package.path) as file:
                    readme = _read(file, MOST_METADATA, package.path)
        return _info(package, size, digest(package.path), readme)
    size = sum(item.stat().st_size for item in package.path.rglob("*") if item.is_file())
    card = package.path / "README.md"
    receipt = package.path / _RECEIPT
    sha256 = ""
    if receipt.is_file():
        try:
            sha256 = str(json.loads(receipt.read_text(encoding="utf-8")).get("sha256", ""))
        except (ValueError, AttributeError, OSError):
            sha256 = ""
    return _info(package, size, sha256 or digest(package.path), card.read_bytes() if card.is_file() else b"")


def _info(package: Package, size: int, sha256: str, readme: bytes) -> Info:
    text = readme.decode("utf-8", "replace")
    return Info(package=package, size=size, sha256=sha256, licence=licence(text), readme=text)


_LICENCE = re.compile(
    r"\b(?:CC0(?:[- ]1\.0)?|CC[- ]BY(?:[- ](?:NC|SA|ND))*[- ]?\d?\.?\d?|MIT|Apache(?: License)?[-, ]*(?:Version )?2\.0"
    r"|A?L?GPL(?:[- ]?v?\d(?:\.\d)?)?|MPL[- ]2\.0|public domain)\b",
    re.IGNORECASE,
)


def licence(readme: str) -> str:
    """The licences that a README names, in its order; empty if it names none.

    >>> licence("License: CC-BY-4.0. Data: OPUS (CC0)")
    'CC-BY-4.0, CC0'
    """
    return ", ".join(dict.fromkeys(match.group().strip() for match in _LICENCE.finditer(readme)))
