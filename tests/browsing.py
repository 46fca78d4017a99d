"""What every test with a browser does: follow a control to the page it leads to.

A click returns before the browser has left the page; whoever looks at once looks at a page that is
just going away, and an address typed at once cuts off what was sent.
"""

from __future__ import annotations

from playwright.sync_api import Locator, Page


def follow(page: Page, control: str | Locator) -> None:
    """Click a link or button that leads to another page, and wait until that page is loaded."""
    found = page.locator(control) if isinstance(control, str) else control
    with page.expect_navigation(wait_until="load"):
        found.click()
