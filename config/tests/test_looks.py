"""What is said of the looks of a page is said of the page as people see it: with its style, and as wide as their window."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page

from .looks import is_clean

pytestmark = pytest.mark.browser
HEAD = '<!doctype html><html lang="en"><head><title>Styled</title><link rel="stylesheet" href="{}"></head>'
BODY = '<body><main><h1>Styled</h1><p id="told"{}>Read me</p></main></body></html>'
PAGES = {
    "/late/": HEAD.format("/late.css") + BODY.format(""),
    "/never/": HEAD.format("/never.css") + BODY.format(""),
    "/faint/": HEAD.format("/faint.css") + BODY.format(""),
    "/wide/": HEAD.format("/plain.css") + BODY.format(' style="width: 400px"'),
}
SHEETS = {"/late.css": "p { color: black !important }", "/faint.css": "p { color: #eee }", "/plain.css": "p { color: black }"}
UNREADABLE = ' style="color: #eee"'


class Slow(BaseHTTPRequestHandler):
    """Gives pages at once, and one sheet of style half a second later."""

    def do_GET(self) -> None:
        text = PAGES.get(self.path, "").replace('id="told"', f'id="told"{UNREADABLE if self.path == "/late/" else ""}')
        if self.path == "/late.css":
            threading.Event().wait(0.5)
        text = text or SHEETS.get(self.path, "")
        self.send_response(200 if text else 404)
        self.send_header("Content-Type", "text/css" if self.path.endswith(".css") else "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context(base_url=f"http://127.0.0.1:{server.server_port}", viewport={"width": 320, "height": 640})
    yield context.new_page()
    context.close()
    server.shutdown()
    server.server_close()


def test_a_page_is_looked_at_when_all_its_style_is_there(page: Page) -> None:
    page.goto("/late/", wait_until="commit")
    is_clean(page)


@pytest.mark.parametrize(
    ("path", "told"),
    [("/never/", "never.css"), ("/faint/", "color-contrast"), ("/wide/", "408 wide")],
    ids=["a sheet that never came", "what cannot be read", "what is wider than the window"],
)
def test_what_is_wrong_is_told(page: Page, path: str, told: str) -> None:
    page.goto(path)
    with pytest.raises(AssertionError, match=told):
        is_clean(page)
