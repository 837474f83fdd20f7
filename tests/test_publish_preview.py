"""The preview: pages for this machine only, and the news that one has changed."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from workflow.errors import FormatError, UsageError
from workflow.publish import preview

PAGE = (
    '<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;self&#39;">'
    "<body><p>{}</p></body>"
)


class Publication:
    """A folder that is made of one word, and a server for it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.word, self.said, self.stop = folder, "one", list[str](), threading.Event()
        (folder / "en").mkdir()
        (folder.parent / "secret.txt").write_text("secret", "utf-8")
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        while not self.said or "http://" not in self.said[-1]:
            time.sleep(0.01)
        self.port = int(self.said[-1].split(":")[2].split("/")[0])

    def _serve(self) -> None:
        preview.serve(self.folder, port=0, state=lambda: self.word, make=self._make, say=self.said.append,
                      stop=self.stop, pause=0.02)  # fmt: skip

    def _make(self) -> None:
        if self.word == "broken":
            raise FormatError("source/a.md:3: broken; mend it")
        (self.folder / "en" / "index.html").write_text(PAGE.format(self.word), "utf-8")

    def get(self, path: str, host: str = "127.0.0.1", method: str = "GET") -> tuple[int, str, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, headers={"Host": f"{host}:{self.port}"})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text, answer.headers


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Publication]:
    folder = tmp_path / "editions"
    folder.mkdir()
    one = Publication(folder)
    yield one
    one.stop.set()
    one.thread.join(5)
    assert not one.thread.is_alive()


def test_a_page_comes_with_the_script_that_asks_for_changes(served: Publication) -> None:
    status, text, headers = served.get("/en/")
    assert status == 200
    assert "<p>one</p>" in text
    assert '<script src="/-reload.js"></script>\n</body>' in text
    assert "script-src &#39;self&#39;; connect-src &#39;self&#39;;" in text
    assert headers["Cache-Control"] == "no-store"
    assert "location.reload" in served.get("/-reload.js")[1]
    assert served.get("/en/", method="HEAD")[:2] == (200, "")
    status, _, headers = served.get("/en")
    assert (status, headers["Location"]) == (301, "/en/")


def test_a_browser_hears_of_a_change_at_once(served: Publication) -> None:
    count = served.get("/-changes?seen=")[1]
    answers: list[str] = []
    asking = threading.Thread(target=lambda: answers.append(served.get(f"/-changes?seen={count}")[1]))
    asking.start()
    time.sleep(0.1)
    assert answers == []
    served.word = "two"
    asking.join(5)
    assert answers == [str(int(count) + 1)]
    assert "<p>two</p>" in served.get("/en/index.html")[1]


def test_what_is_wrong_is_said_and_the_pages_stay(served: Publication) -> None:
    served.word = "broken"
    for _ in range(200):
        if any("broken" in line for line in served.said):
            break
        time.sleep(0.02)
    assert "source/a.md:3: broken; mend it" in served.said
    assert "<p>one</p>" in served.get("/en/")[1]


@pytest.mark.parametrize("path", ["/../secret.txt", "/%2e%2e/secret.txt", "/en/../../secret.txt", "/nothing", "/"])
def test_nothing_outside_the_editions_is_served_and_no_folder_is_listed(served: Publication, path: str) -> None:
    status, text, _ = served.get(path)
    assert status == 404
    assert "secret" not in text


def test_another_sites_name_for_this_machine_is_refused(served: Publication) -> None:
    assert served.get("/en/", host="evil.example")[0] == 403
    assert served.get("/en/", host="localhost")[0] == 200


def test_a_port_that_is_taken_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(UsageError, match=r"^port \d+: .*; take another with --port$"):
            preview.serve(tmp_path, port=taken.getsockname()[1], state=lambda: 0, make=lambda: 0, say=print)
