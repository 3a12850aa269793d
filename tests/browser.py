"""A real browser. Scripts that fail and breaches of the content policy fail the test."""

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_browser() -> str:
    """Return the path of an installed Chromium."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    pytest.fail("no Chromium on this machine; `make test` installs it or says how")


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """One browser for all tests of the process."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Containers often have a tiny /dev/shm and no user namespaces.
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=find_browser(), args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def browser_page(browser: "Browser") -> Iterator["Page"]:
    """A page in a fresh context, in English, as wide as a desk."""
    context = browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda message: (
            faults.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    yield page
    context.close()
    assert not faults, faults
