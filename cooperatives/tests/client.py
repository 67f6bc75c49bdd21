"""A page in headless Chromium that loads the real scripts, and a world around it that the test plays by hand."""

import json
from collections import Counter
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string

SITE = "http://cooperator.test"
TYPES = {"js": "text/javascript", "html": "text/html", "css": "text/css", "svg": "image/svg+xml"}


class World:
    """The server's side: pages by path, sockets as they open, and a count of what was asked."""

    def __init__(self, context):
        self.pages = {}
        self.asked = Counter()
        self.posted = []
        self.sockets = []
        self.heard = []
        self.page = context.new_page()
        self.page.clock.install()
        self.page.route("**/*", self._answer)
        self.page.route_web_socket("**/ws/**", self._socket)

    def _answer(self, route):
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            return route.fulfill(path=settings.BASE_DIR / path[1:], content_type=TYPES[path.rsplit(".", 1)[1]])
        if path.startswith("/packages/"):
            return route.fulfill(path=settings.BASE_DIR / "node_modules" / path[10:], content_type=TYPES["js"])
        self.asked[path] += 1
        if route.request.method == "POST":
            self.posted.append((path, route.request.post_data, route.request.headers.get("x-csrftoken")))
        status, body = self.pages.get(path, (404, ""))
        is_json = status == 200 and body.startswith("{")
        return route.fulfill(status=status, body=body, content_type="application/json" if is_json else "text/html")

    def _socket(self, socket):
        self.sockets.append(socket)
        socket.on_message(lambda text: self.heard.append(json.loads(text)))

    def open(self, main="", seq="118", live=True, scripts=""):
        """Open a page with this main part and wait until its scripts ran."""
        room = f' data-live="/ws/cooperatives/1/" data-seq="{seq}"' if live else ""
        words, signal = render_to_string("components/words.html"), render_to_string("components/live.html")
        self.pages["/"] = (
            200,
            f'<!doctype html><html lang="en"><head><meta name="csrf-token" content="secret">{scripts}'
            f'<script type="module" src="/static/js/app.js"></script></head><body{room}>{signal}<main>{main}</main>'
            f'<p id="announce" role="status"></p><div class="toasts" role="status"></div>{words}</body></html>',
        )
        self.page.goto(SITE)
        self.page.evaluate(
            """() => { window.told = []; for (const name of ["live:event", "live:resync", "live:state"])
            document.addEventListener(name, (event) => told.push([name, event.detail])); }"""
        )
        return self

    def send(self, **message):
        self.sockets[-1].send(json.dumps(message))

    def hello(self, seq=118):
        self.until_sockets(len(self.sockets) or 1)
        self.send(type="hello", seq=seq, heartbeat=25)
        self.page.wait_for_function("document.getElementById('live').dataset.live === 'on'")

    def until_sockets(self, count):
        """Let time pass until that many sockets have been opened; a client that never tries again is an error."""
        for _ in range(200):
            if len(self.sockets) >= count:
                return
            self.page.clock.run_for(500)
        raise AssertionError(f"{len(self.sockets)} sockets, wanted {count}")

    def told(self, name):
        return [detail for event, detail in self.page.evaluate("told") if event == name]

    def settle(self, milliseconds=1000):
        """Let time pass, and answers that are on their way arrive: a later question is answered after them."""
        self.page.clock.run_for(milliseconds)
        self.page.evaluate("fetch('/later/').then((answer) => answer.text()).catch(() => '')")

    @property
    def signal(self):
        return self.page.locator("#live").inner_text()
