"""What every test with a browser does: serve the application, open a window, follow a control.

A click returns before the browser has left the page; whoever looks at once looks at a page that is
just going away, and an address typed at once cuts off what was sent.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright
from waitress import wasyncore
from waitress.server import create_server

PATIENCE = 20_000  # ms until a page counts as not coming; speed is measured elsewhere


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application as it is served at work; gives its address.

    A browser keeps its connections open, and the server waits on them in a thread of its own.
    Closed from here, they would vanish under its hands: first the waiting ends, then they close.
    """
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    over = threading.Event()

    def wait_on_connections() -> None:
        while not over.is_set():
            wasyncore.loop(timeout=0.1, map=server._map, count=1)

    thread = threading.Thread(target=wait_on_connections)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        over.set()
        thread.join()
        server.task_dispatcher.shutdown()
        wasyncore.close_all(server._map)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium of the system where there is one, else that of Playwright."""
    with sync_playwright() as playwright:
        found = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


def window(browser: Browser, width: int, scripts: bool = True) -> BrowserContext:
    """A screen of that width (px), of somebody who has the patience that a busy machine asks."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, java_script_enabled=scripts
    )
    context.set_default_timeout(PATIENCE)
    return context


def follow(page: Page, control: str | Locator) -> None:
    """Click a link or button that leads to another page, and wait until that page is loaded."""
    found = page.locator(control) if isinstance(control, str) else control
    with page.expect_navigation(wait_until="load"):
        found.click()
