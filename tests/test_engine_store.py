from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from engine_samples import package, packed

from workflow.engine import argos, packages, store
from workflow.engine.packages import Package, found, read
from workflow.errors import PackageError

(REAL,) = (Path(__file__).parents[1] / "models").glob("translate-en_zh-*.argosmodel")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return packed(package(tmp_path_factory.mktemp("small"), "en", "es"))


@dataclass
class Server:
    """A server of files that can be slow, cut off and wrong; `asked` is what it was asked for."""

    files: dict[str, bytes] = field(default_factory=dict)
    ranges: bool = True
    cut: int = 0
    cuts: int = 0
    slow: float = 0.0
    mark: str = '"one"'
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    address: str = ""


class Handler(BaseHTTPRequestHandler):
    server_: Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        told = self.server_
        told.asked.append((self.command, self.path, self.headers.get("Range", "")))
        data = told.files.get(self.path)
        if data is None:
            self.send_error(404)
            return
        begin = 0
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if asked and told.ranges and self.headers.get("If-Range") == told.mark:
            begin = int(asked[1])
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(data) - begin))
        self.send_header("ETag", told.mark)
        self.send_header("Connection", "close")
        self.end_headers()
        if body:
            rest = data[begin:]
            if told.cuts and len(rest) > told.cut:
                told.cuts -= 1
                rest = rest[: told.cut]
            for start in range(0, len(rest), 1 << 14):
                self.wfile.write(rest[start : start + (1 << 14)])
                time.sleep(told.slow)


@pytest.fixture
def server() -> Iterator[Server]:
    told = Server()
    handler = type("Bound", (Handler,), {"server_": told})
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    told.address = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield told
    http.shutdown()
    http.server_close()
    thread.join()


def row(server: Server, source: str, target: str, version: str, **more: object) -> dict[str, object]:
    """A row of the index in Argos's own form."""
    name = f"translate-{source}_{target}-{version.replace('.', '_')}"
    return {
        "package_version": version,
        "argos_version": "1.9",
        "from_code": source,
        "from_name": source.upper(),
        "to_code": target,
        "to_name": target.upper(),
        "code": f"translate-{source}_{target}",
        "links": [f"{server.address}/{name}.argosmodel", "ipfs://bafybeia"],
        **more,
    }


def publish(server: Server, *rows: dict[str, object]) -> str:
    server.files["/index.json"] = json.dumps(rows).encode()
    return f"{server.address}/index.json"


def offer(server: Server, data: bytes, source: str = "en", target: str = "es") -> store.Offer:
    server.files[f"/translate-{source}_{target}-1_0.argosmodel"] = data
    (only,) = store.available(publish(server, row(server, source, target, "1.0")))
    return only


def test_a_package_comes_from_the_index_and_works(server: Server, small: Path, tmp_path: Path) -> None:
    only = offer(server, small.read_bytes())
    assert store.size(only) == small.stat().st_size
    heard: list[tuple[int, int]] = []
    file = store.download(only, tmp_path / "down", progress=lambda here, whole: heard.append((here, whole)))
    assert file.read_bytes() == small.read_bytes()
    assert heard[-1] == (small.stat().st_size, small.stat().st_size)
    installed = store.install(file, tmp_path / "here", wanted=only.package)
    assert installed.path == tmp_path / "here" / "translate-en_es-1_0"
    assert found([tmp_path / "here"]) == [installed]
    assert packages.info(installed).sha256 == packages.digest(small)
    assert len(argos.translator((installed,), jobs=1)(["the cat"])) == 1
    assert [path.name for path in (tmp_path / "down").iterdir()] == [file.name]


def test_the_real_package_installs_and_translates(tmp_path: Path) -> None:
    installed = store.install(REAL, tmp_path / "here")
    assert argos.translator((installed,), jobs=1)(["Click the File menu."])[0][0].text == "单击“文件”菜单。"
    store.remove(installed)
    assert list((tmp_path / "here").iterdir()) == []


def test_a_cut_off_download_goes_on_where_it_was(server: Server, small: Path, tmp_path: Path) -> None:
    only = offer(server, small.read_bytes())
    server.cut, server.cuts = 9_000, 1
    assert store.download(only, tmp_path).read_bytes() == small.read_bytes()
    assert [asked[2] for asked in server.asked if asked[0] == "GET" and "model" in asked[1]] == ["", "bytes=9000-"]


def test_a_download_that_is_always_cut_off_is_gone_on_with_by_the_next_run(
    server: Server, small: Path, tmp_path: Path
) -> None:
    only = offer(server, small.read_bytes())
    server.cut, server.cuts = 5_000, 3
    with pytest.raises(PackageError, match=r"cut off at 15000 of \d+ bytes; run it again to go on"):
        store.download(only, tmp_path)
    assert not list(tmp_path.glob("*.argosmodel"))
    assert store.download(only, tmp_path).read_bytes() == small.read_bytes()
    assert server.asked[-1][2] == "bytes=15000-"


def test_a_file_that_changed_meanwhile_is_fetched_from_its_beginning(
    server: Server, small: Path, tmp_path: Path
) -> None:
    only = offer(server, bytes(20_000))
    server.cut, server.cuts = 5_000, 3
    with pytest.raises(PackageError, match="cut off"):
        store.download(only, tmp_path)
    server.files["/translate-en_es-1_0.argosmodel"] = small.read_bytes()
    server.mark = '"two"'
    assert store.download(only, tmp_path).read_bytes() == small.read_bytes()


def test_a_server_without_ranges_is_asked_for_the_whole(server: Server, small: Path, tmp_path: Path) -> None:
    only = offer(server, small.read_bytes())
    server.ranges, server.cut, server.cuts = False, 9_000, 1
    assert store.download(only, tmp_path).read_bytes() == small.read_bytes()


def test_a_slow_server_is_waited_for(server: Server, small: Path, tmp_path: Path) -> None:
    only = offer(server, small.read_bytes())
    server.slow = 0.05
    assert store.download(only, tmp_path).read_bytes() == small.read_bytes()


def test_a_server_that_says_nothing_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "TIMEOUT", 0.1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/index.json"
        with pytest.raises(PackageError, match="cannot be reached"):
            store.available(address)


def nothing(server: Server) -> None:
    server.files.clear()


def a_page(server: Server) -> None:
    server.files["/index.json"] = b"<html>"


def an_object(server: Server) -> None:
    server.files["/index.json"] = b'{"a": 1}'


@pytest.mark.parametrize(
    ("wrong", "said"),
    [(nothing, "the server says 404"), (a_page, "no index of packages"), (an_object, "no index of packages")],
)
def test_a_wrong_index_is_one_line(server: Server, wrong: Callable[[Server], None], said: str) -> None:
    wrong(server)
    with pytest.raises(PackageError, match=said):
        store.available(f"{server.address}/index.json")


def test_rows_that_cannot_be_fetched_are_left_out(server: Server) -> None:
    address = publish(
        server,
        row(server, "en", "es", "1.0"),
        row(server, "en", "fr", "1.0", links=["ipfs://x", "file:///etc/passwd"]),
        row(server, "en", "de", "1.0", type="sbd"),
        row(server, "en", "it", "newest!"),
        row(server, "en", "pt", "1.0", links="https://one.example"),
        {"from_code": 3},
    )
    assert [only.package.to_code for only in store.available(address)] == ["es"]


def test_what_is_chosen_leads_there_and_is_not_here_yet(server: Server) -> None:
    rows = [("es", "en", "1.0"), ("en", "zh", "1.1"), ("en", "zh", "1.9"), ("en", "de", "1.0")]
    offers = store.available(publish(server, *(row(server, *one) for one in rows)))

    def names(here: list[Package], source: str, target: str) -> list[str]:
        return [chosen.package.name for chosen in store.choose(offers, here, source, target)]

    assert names([], "en", "zh_CN") == ["translate-en_zh-1_9"]
    assert names([], "es", "zh_CN") == ["translate-es_en-1_0", "translate-en_zh-1_9"]
    assert names([offers[2].package], "es", "zh_CN") == ["translate-es_en-1_0"]
    assert names([offers[1].package], "en", "zh_CN") == ["translate-en_zh-1_9"]
    assert names([offers[2].package], "en", "zh_CN") == []
    with pytest.raises(PackageError, match="the index has no package from en into fr"):
        names([], "en", "fr")


def test_what_came_is_checked_before_anything_is_installed(server: Server, small: Path, tmp_path: Path) -> None:
    swapped = offer(server, small.read_bytes(), "en", "zh")
    page = offer(server, b"<html>a login page</html>", "en", "fr")
    for wrong, said in ((swapped, "it translates en to es, not en to zh"), (page, "not a whole zip archive")):
        file = store.download(wrong, tmp_path / "down")
        with pytest.raises(PackageError, match=said):
            store.install(file, tmp_path / "here", wanted=wrong.package)
    assert not (tmp_path / "here").exists()


def test_a_model_that_does_not_load_is_not_installed(tmp_path: Path) -> None:
    home = package(tmp_path / "made")
    whole = (home / "model" / "model.bin").read_bytes()
    (home / "model" / "model.bin").write_bytes(whole[: len(whole) // 2])
    file = packed(home)
    with pytest.raises(PackageError, match=re.escape(str(file)) + ": its model does not load") as error:
        store.install(file, tmp_path / "here")
    assert "unpacking" not in str(error.value)
    assert list((tmp_path / "here").iterdir()) == []


def test_installing_again_replaces_and_a_failed_install_leaves_the_old_one(small: Path, tmp_path: Path) -> None:
    first = store.install(small, tmp_path)
    (first.path / "left over").write_text("x")
    again = store.install(small, tmp_path)
    assert again == first
    assert not (first.path / "left over").exists()
    broken = package(tmp_path / "made", "en", "es")
    (broken / "sentencepiece.model").write_bytes(b"none")
    with pytest.raises(PackageError, match="its tokenizer does not load"):
        store.install(packed(broken), tmp_path)
    store.prove(first.path, first.path)
    assert read(first.path) == first


def test_removing_takes_a_folder_or_a_file(small: Path, tmp_path: Path) -> None:
    copy = tmp_path / small.name
    copy.write_bytes(small.read_bytes())
    store.remove(store.install(small, tmp_path))
    store.remove(read(copy))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(PackageError, match="cannot be removed"):
        store.remove(read(copy))


def test_the_address_of_the_index_is_the_user_s_where_one_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert store.index_address().endswith("/index.json")
