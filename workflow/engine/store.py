"""Packages brought and removed: from a file, or from Argos's index over the network.

`available`, `size` and `download` are the only functions of the whole project that open a connection, and only
`workflow models install LOCALE` calls them.
"""

from __future__ import annotations

import http.client
import json
import shutil
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workflow.engine import argos, packages
from workflow.engine.packages import MOST_BYTES, SUFFIX, Package
from workflow.errors import PackageError

TIMEOUT = 30.0
"""Seconds without a byte after which a server is given up."""
TRIES = 3
MOST_INDEX = 16 << 20
_CHUNK = 1 << 16

Progress = Callable[[int, int], None]
"""Hears the bytes that are here and the bytes there will be, 0 where the server does not say."""


def _silent(_here: int, _whole: int) -> None:
    pass


def install(file: Path, folder: Path, *, wanted: Package | None = None) -> Package:
    """The package of an `.argosmodel` file, now in `folder`, proved to load and to translate; whole or not at all.

    One of the same name there is replaced. PackageError for a broken or unsafe file, for one of another pair than
    `wanted`, for a folder that cannot be written.
    """
    package = packages.read(file)
    if package.broken:
        raise PackageError(package.broken)
    if wanted and (wanted.from_code, wanted.to_code) != (package.from_code, package.to_code):
        pair, other = f"{package.from_code} to {package.to_code}", f"{wanted.from_code} to {wanted.to_code}"
        raise PackageError(f"{file}: it translates {pair}, not {other}")
    if not package.packed:
        raise PackageError(f"{file}: it is unpacked already; put its folder among those of [draft] packages")
    with packages.open_zip(file) as archive:
        name, _ = packages.contents(archive, file)
    home = folder / name
    packages.unpack(file, home, check=lambda part: prove(part, file))
    return packages.read(home)


def prove(folder: Path, shown: Path) -> None:
    """Nothing; PackageError if the package in `folder` does not load, or has nothing to say to one short sentence."""
    package = packages.read(folder)
    if package.broken:
        raise PackageError(package.broken.replace(str(folder), str(shown)))
    try:
        said = argos.translator((package,), jobs=1)(["This is a test."])
    except PackageError as error:
        raise PackageError(str(error).replace(str(folder), str(shown))) from None
    if not said[0][0].text.strip():
        raise PackageError(f"{shown}: its model says nothing; it may be damaged")


def remove(package: Package) -> None:
    """Nothing; the package's file or folder is gone. PackageError if it cannot be deleted."""
    try:
        if package.packed:
            package.path.unlink()
            return
        # Out of sight in one step, so that nobody ever finds half a package.
        away = Path(tempfile.mkdtemp(prefix=".removed-", dir=package.path.parent))
        package.path.replace(away / package.path.name)
        shutil.rmtree(away, ignore_errors=True)
    except OSError as error:
        raise PackageError(f"{package.path}: cannot be removed: {error.strerror or error}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A package that the index offers, and the addresses to fetch it from."""

    package: Package
    links: tuple[str, ...]


def index_address() -> str:
    """Where Argos's index is: as its own settings say, ARGOS_PACKAGE_INDEX included."""
    return str(argos.settings().remote_package_index)


def available(address: str | None = None) -> list[Offer]:
    """The packages that the index offers, those that cannot be fetched or are no translators left out.

    Opens a connection. PackageError where there is no index to be had.
    """
    address = address or index_address()
    with _open(address) as answer:
        try:
            data = answer.read(MOST_INDEX + 1)
            table = json.loads(data)
        except (OSError, http.client.HTTPException) as error:
            raise PackageError(f"{address}: the index was cut off ({_why(error)}); try again") from None
        except (ValueError, RecursionError):
            raise PackageError(f"{address}: this is no index of packages (no JSON)") from None
    if not isinstance(table, list):
        raise PackageError(f"{address}: this is no index of packages (no list)")
    return [offer for row in table if (offer := _offer(row))]


def _offer(row: object) -> Offer | None:
    if not isinstance(row, dict) or row.get("type", "translate") != "translate":
        return None
    links = row.get("links")
    kept = tuple(link for link in links if _fetchable(link)) if isinstance(links, list) else ()
    facts = [row.get(key, "") for key in ("from_code", "to_code", "package_version", "from_name", "to_name")]
    if not kept or not all(isinstance(fact, str) for fact in facts):
        return None
    source, target, version, from_name, to_name = facts
    name = f"translate-{source}_{target}-{version.replace('.', '_')}"
    if not (source and target and packages.sound_version(version)):
        return None
    package = Package(
        name=name,
        from_code=source,
        to_code=target,
        version=version,
        path=Path(name + SUFFIX),
        from_name=from_name,
        to_name=to_name,
    )
    return Offer(package=package, links=kept)


def _fetchable(link: object) -> bool:
    return isinstance(link, str) and link.startswith(("https://", "http://"))


def choose(offers: Sequence[Offer], here: Iterable[Package], source: str, target: str) -> tuple[Offer, ...]:
    """The offers that, with what is here, lead from one locale's language to the other's; none if nothing is newer.

    PackageError where the index has none for the pair, not even through a third language.
    """
    by_pair = {offer.package: offer for offer in offers}
    try:
        route = packages.route(list(by_pair), source, target)
    except PackageError:
        raise PackageError(f"the index has no package from {source} into {target}, nor a way through others") from None
    have = {(package.from_code, package.to_code, packages.version(package)) for package in here if not package.broken}
    return tuple(
        by_pair[step]
        for step in route
        if not any(
            (start, end) == (step.from_code, step.to_code) and number >= packages.version(step)
            for start, end, number in have
        )
    )


def size(offer: Offer) -> int:
    """The bytes to fetch, 0 where the server does not say. Opens a connection."""
    for link in offer.links:
        try:
            with _open(link, method="HEAD") as answer:
                return int(answer.headers.get("Content-Length") or 0)
        except (PackageError, ValueError):
            continue
    return 0


def download(offer: Offer, folder: Path, *, progress: Progress = _silent) -> Path:
    """The offer's `.argosmodel` file in `folder`, as long as the server said. Opens a connection.

    What an interrupted run has fetched is not fetched again, if the server still has the same file. PackageError
    where no link gives it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PackageError(f"{folder}: cannot be written: {error.strerror or error}") from None
    file = folder / f"{offer.package.name}{SUFFIX}"
    problems = []
    for link in offer.links:
        try:
            return _fetch(link, file, progress)
        except PackageError as error:
            problems.append(str(error))
    raise PackageError("; ".join(problems))


def _fetch(link: str, file: Path, progress: Progress) -> Path:
    part = file.with_name(f"{file.name}.part")
    note = file.with_name(f"{file.name}.part.json")
    problem = ""
    for _ in range(TRIES):
        here = part.stat().st_size if part.exists() and note.exists() else 0
        known = _note(note)
        headers = {}
        if here and known.get("link") == link and known.get("mark"):
            headers = {"Range": f"bytes={here}-", "If-Range": known["mark"]}
        else:
            here = 0
        try:
            with _open(link, headers=headers) as answer:
                here, whole = _begin(answer, here)
                mark = answer.headers.get("ETag") or answer.headers.get("Last-Modified") or ""
                note.write_text(json.dumps({"link": link, "mark": mark}), encoding="utf-8")
                got = _receive(answer, part, here, whole, progress)
        except (OSError, http.client.HTTPException) as error:
            problem = _why(error)
            continue
        if whole and got < whole:
            problem = f"cut off at {got} of {whole} bytes"
            continue
        part.replace(file)
        note.unlink(missing_ok=True)
        return file
    raise PackageError(f"{link}: {problem}; run it again to go on from there")


def _note(path: Path) -> dict[str, str]:
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in table.items()} if isinstance(table, dict) else {}


def _begin(answer: Any, here: int) -> tuple[int, int]:
    length = int(answer.headers.get("Content-Length") or 0)
    begin = here if answer.status == 206 else 0
    whole = begin + length if length else 0
    if whole > MOST_BYTES:
        raise PackageError(f"{answer.url}: {whole} bytes is too large to be a package")
    return begin, whole


def _receive(answer: Any, part: Path, here: int, whole: int, progress: Progress) -> int:
    with part.open("ab" if here else "wb") as out:
        free = shutil.disk_usage(part.parent).free
        if whole and whole - here > free:
            raise PackageError(f"{part.parent}: {(whole - here) >> 20} MB more are wanted than are free")
        while chunk := answer.read1(_CHUNK):
            out.write(chunk)
            here += len(chunk)
            if here > (whole or MOST_BYTES):
                raise PackageError(f"{answer.url}: more came than the server said")
            progress(here, whole)
    return here


def _open(address: str, *, method: str = "GET", headers: dict[str, str] | None = None) -> Any:
    if not _fetchable(address):
        raise PackageError(f"{address}: only http and https addresses are fetched")
    asked = urllib.request.Request(  # noqa: S310 - the scheme is checked above
        address, method=method, headers={"User-Agent": "edition-workflow", **(headers or {})}
    )
    try:
        return urllib.request.urlopen(asked, timeout=TIMEOUT)  # noqa: S310 - likewise
    except urllib.error.HTTPError as error:
        raise PackageError(f"{address}: the server says {error.code} {error.reason}") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise PackageError(f"{address}: cannot be reached ({_why(error)}); is there a network?") from None


def _why(error: Exception) -> str:
    reason = getattr(error, "reason", None)
    return " ".join(str(reason or error).split()) or type(error).__name__
