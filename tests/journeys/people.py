"""People who sit at the desk of a running Redress, with one password and one language."""

from playwright.sync_api import Browser, BrowserContext, Page

from tests.stack import Stack

PASSWORD = "a password for journeys"
# Other journeys left tickets of their own.
MOST_ROWS = 60

_ADD = """
from config.demo.people import add_people
from accounts.models import User
add_people({password!r})
User.objects.exclude(role="api").update(language={language!r})
"""


def seat(stack: Stack, language: str = "en") -> None:
    """Let the demo's people work here, in this language."""
    stack.manage("shell", "-c", _ADD.format(password=PASSWORD, language=language))


def log_in(context: BrowserContext, stack: Stack, username: str) -> Page:
    """Log in by the page, as a person does."""
    page = context.new_page()
    page.goto(f"{stack.url}/accounts/login/")
    page.locator("[name=login]").fill(username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.locator("#rail-views").wait_for()
    return page


def new_desk(browser: Browser, *, scripts: bool = True) -> BrowserContext:
    """Return a fresh context as wide as a desk, patient with a busy machine."""
    context = browser.new_context(
        locale="en-GB", viewport={"width": 1440, "height": 900}, java_script_enabled=scripts
    )
    context.set_default_timeout(60_000)
    return context


def open_by_key(page: Page, stack: Stack, reference: str) -> None:
    """Walk down the queue by key to a ticket, and open it."""
    page.goto(f"{stack.url}/queue/all/")
    page.locator(f"#tk-{reference}").wait_for()
    for _ in range(MOST_ROWS):
        page.keyboard.press("j")
        if page.evaluate("document.activeElement.id") == f"open-{reference}":
            break
    page.keyboard.press("Enter")
    page.locator(f"#conv-head:has-text('{reference}')").wait_for()
