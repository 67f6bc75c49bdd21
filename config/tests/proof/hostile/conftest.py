"""A browser whose every request is answered by the application in this process, inside the test's own transaction."""

import json
from collections.abc import Callable, Iterator
from contextvars import copy_context
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, Route, WebSocketRoute

SITE = "http://testserver"
WATCH = """
window.seen = [];
window.pwned = () => seen.push("pwned() ran");
for (const name of ["alert", "confirm", "prompt"]) window[name] = () => seen.push(`${name}() ran`);
document.addEventListener("securitypolicyviolation", (event) =>
  seen.push(`the policy stopped ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
SHOUTED = """() => document.querySelectorAll("*").forEach((element) => {
  for (const kind of ["mouseover", "focus", "toggle", "error", "load"]) element.dispatchEvent(new Event(kind));
})"""
INSPECT = (Path(__file__).parent / "watching.js").read_text().split("\n", 1)[1].strip()
_FILES: dict[str, tuple[dict[str, str], bytes]] = {}  # static files, asked for by every page


class Watched:
    """One page of Chromium that tells what it saw happen: scripts that ran, rules of the policy that were broken."""

    def __init__(self, page: Page, client: Client) -> None:
        self.page, self.client, self.socket = page, client, list[WebSocketRoute]()
        self.errors: list[str] = []
        self.status = 0
        self._here = copy_context()  # of the test: its database connection, which Django would not find from a callback
        page.add_init_script(WATCH)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.route("**/*", self._answer)
        page.route_web_socket("**/ws/**", self._open)

    def open(self, path: str) -> list[str]:
        """Everything that is wrong with a page, once its panels have come and every element was shouted at."""
        self.errors.clear()
        self.page.goto(SITE + path)
        assert self.status == 200, f"{path} answered {self.status}"
        self.page.evaluate(SHOUTED)
        self.page.wait_for_function("!document.querySelector('.htmx-request')")
        return self.wrongs()

    def wrongs(self) -> list[str]:
        """What is wrong with the page as it is now."""
        found: list[str] = self.page.evaluate(f"[...seen, ...({INSPECT})(document)]")
        return [*self.errors, *found]

    def read(self, html: str) -> list[str]:
        """What is wrong with a document that is parsed, but not shown."""
        script = f"(html) => ({INSPECT})(new DOMParser().parseFromString(html, 'text/html'))"
        found: list[str] = self.page.evaluate(script, html)
        return found

    def hear(self, **message: Any) -> None:
        """Let the live line of the page bring a message, once it is open."""
        self.page.wait_for_function("document.getElementById('live').dataset.live === 'on'")
        self.socket[-1].send(json.dumps(message))

    def _answer(self, route: Route) -> None:
        request = route.request
        if not request.url.startswith(SITE):
            self.errors.append(f"asked for {request.url}")
            return route.abort()
        if request.url in _FILES:
            headers, body = _FILES[request.url]
            return route.fulfill(headers=headers, body=body)
        headers = {name: value for name, value in request.headers.items() if name.startswith("hx-") or name == "x-csrftoken"}
        kind = request.headers.get("content-type", "application/octet-stream")
        body = request.post_data_buffer or b""
        ask = partial(self.client.generic, request.method, request.url.removeprefix(SITE), body, kind, headers=headers)
        said = self._here.copy().run(ask)
        drawn = dict(said.items()), b"".join(said)
        if request.is_navigation_request():
            self.status = said.status_code
        if request.url.startswith(f"{SITE}/static/"):
            _FILES[request.url] = drawn
        return route.fulfill(status=said.status_code, headers=drawn[0], body=drawn[1])

    def _open(self, socket: WebSocketRoute) -> None:
        self.socket.append(socket)
        socket.send(json.dumps({"type": "hello", "seq": 10**9, "heartbeat": 25}))


@pytest.fixture
def watch(browser: Browser) -> Iterator[Callable[[Client], Watched]]:
    """Open a watched page for whoever signed in with this client."""
    contexts = []

    def opened(client: Client) -> Watched:
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 900}, service_workers="block"))
        return Watched(contexts[-1].new_page(), client)

    yield opened
    for context in contexts:
        context.close()
