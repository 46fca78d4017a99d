"""Eight officers at once: from an answer posted to the next page rendered, over real HTTP.

``make load`` serves the application on a scratch instance in a process of its own; each officer
takes a call and answers what is asked, with about a second between pages (nobody reads faster). The
first answers of each officer build engines and are counted too. Printed are median and 95th
percentile in milliseconds for the answer with the page that follows, the result page and the graph.
"""

from __future__ import annotations

import http.cookiejar
import multiprocessing
import random
import re
import secrets
import socket
import statistics
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import defaultdict
from pathlib import Path

from canmou import casebase
from canmou.casebase import Office, beijing_now, connect
from canmou.engine.records import Text
from canmou.webui import create_app
from canmou.webui.serve import warm_up

OFFICERS = 8
ANSWERS = 12
PAUSE = 1.0  # seconds
PASSWORD = secrets.token_urlsafe(12)
TYPES = ("gas_leak", "fire_residential", "rainstorm_flood", "road_traffic", "food_poisoning",
         "hazardous_chemical", "landslide", "infectious_disease")  # fmt: skip


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def serve(folder: Path, port: int) -> None:
    """Serve the application as ``canmou serve`` does, on a scratch instance."""
    import waitress

    app = create_app({"instance": folder, "testing": True, "login_limit": "1000 per minute"})
    warm_up(app)
    waitress.serve(app, host="127.0.0.1", port=port, threads=8, _quiet=True)


def furnish(folder: Path) -> None:
    """Make an office with one officer for each thread."""
    with connect(folder / "canmou.sqlite3") as store:
        casebase.add_office(
            store, Office(id="street", name=Text(zh="街道", en="Street"), level="township")
        )
        for number in range(OFFICERS):
            given = casebase.add_user(
                store, name=f"officer{number}", display_name=f"值班员{number}", role="duty",
                office="street", at=beijing_now(),
            )  # fmt: skip
            user = next(u for u in casebase.users(store) if u.name == f"officer{number}")
            casebase.change_password(store, user.id, given.password, PASSWORD, at=beijing_now())


class Officer:
    """One officer with a browser of their own."""

    def __init__(
        self, base: str, number: int, times: dict[str, list[float]], lock: threading.Lock
    ) -> None:
        self.url, self.number, self.times, self.lock = base, number, times, lock
        self.pace = random.Random(number)  # noqa: S311 - how long somebody reads
        jar = http.cookiejar.CookieJar()
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def open(self, path: str, data: list[tuple[str, str]] | None = None, what: str = "") -> str:
        """Open a page, or send a form; the time goes to ``what``."""
        sent = urllib.parse.urlencode(data).encode() if data is not None else None
        begin = time.perf_counter()
        try:
            return self._open(path, sent, what, begin)
        except urllib.error.HTTPError as error:
            said = re.sub(r"<[^>]+>|\s+", " ", error.read().decode())
            print(f"{path}: {error.code} {' '.join(said.split())[:600]}")
            raise SystemExit(1) from None

    def _open(self, path: str, sent: bytes | None, what: str, begin: float) -> str:
        with self.browser.open(urllib.parse.urljoin(self.url, path), sent) as answer:
            page = answer.read().decode()
            self.url = answer.url
        if what:
            with self.lock:
                self.times[what].append((time.perf_counter() - begin) * 1000)
        return page

    def work(self) -> None:
        """Log in, take a call, answer what is asked, look at result and graph."""
        self._send("/login", [("name", f"officer{self.number}"), ("password", PASSWORD)])
        kind = TYPES[self.number % len(TYPES)]
        self._send(
            "/intake/",
            [("types", kind), ("one_line", "压力测试"), ("nature", "occurred"), ("action", "save")],
        )
        incident = self.url.rsplit("/", 1)[0]
        page = self.open(f"{incident}/questions")
        for _ in range(ANSWERS):
            if "/questions/" not in self.url:
                break
            measure = self.url.rsplit("/", 1)[1]
            data = [("csrf_token", token(page))]
            if f'name="{measure}.moment"' in page:
                page = self.open(f"{incident}/questions?skip={measure}")
                continue
            if f'name="{measure}.kind"' in page:
                data += [(f"{measure}.kind", "at_least"), (f"{measure}.at_least", "2")]
            else:
                choice = re.findall(rf'name="{measure}\.choice" value="([^"]+)"', page)
                data += [(f"{measure}.choice", choice[0] if choice else "unknown")]
            self._read()
            page = self.open(self.url, data, "answer and next page")
        for _ in range(3):
            self._read()
            self.open(f"{incident}/result", what="result page")
            self._read()
            self.open(f"{incident}/graph", what="graph page")

    def _read(self) -> None:
        time.sleep(self.pace.uniform(0.5, 1.5) * PAUSE)

    def _send(self, path: str, data: list[tuple[str, str]]) -> None:
        page = self.open(path)
        self.open(path, [("csrf_token", token(page)), *data])


def token(page: str) -> str:
    """Return the token of the forms on a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None, page[:300]
    return found[1]


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        furnish(folder)
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        server = multiprocessing.get_context("spawn").Process(
            target=serve, args=(folder, port), daemon=True
        )
        server.start()
        for _ in range(240):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.5)
        times: dict[str, list[float]] = defaultdict(list)
        lock = threading.Lock()
        officers = [Officer(base, n, times, lock) for n in range(OFFICERS)]
        threads = [threading.Thread(target=officer.work) for officer in officers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for what, taken in times.items():
            taken.sort()
            print(
                f"{what:24} {len(taken):4} times  median {statistics.median(taken):6.0f} ms  "
                f"p95 {taken[int(len(taken) * 0.95)]:6.0f} ms"
            )
        server.terminate()


if __name__ == "__main__":
    main()
