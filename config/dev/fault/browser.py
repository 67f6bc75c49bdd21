"""One signed-in client over plain HTTP, which notes every answer and every silence."""

import http.client
import json
import re
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from .journal import HUNG, NO_ANSWER, Answer, Journal

PATIENCE = 60.0  # seconds; whoever waits longer has met a hang
_HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
_NAME, _VALUE = re.compile(r'name="([^"]+)"'), re.compile(r'value="([^"]*)"')


@dataclass(frozen=True)
class Reply:
    """An answer; status 0 when there was none."""

    status: int
    text: str = ""

    @property
    def json(self) -> Any:
        """The body as JSON; an empty object when it is none."""
        try:
            return json.loads(self.text)
        except ValueError:
            return {}

    def hidden(self) -> dict[str, str]:
        """The hidden fields of its last form, such as the CSRF token and the one-time key."""
        form = self.text.rpartition("<form")[2]
        named = ((_NAME.search(field), _VALUE.search(field)) for field in _HIDDEN.findall(form))
        return {name[1]: value[1] for name, value in named if name and value}


class Browser:
    """Keeps cookies, sends forms and JSON, follows nothing."""

    def __init__(self, port: int, journal: Journal) -> None:
        self._port, self._journal = port, journal
        self._cookies: dict[str, str] = {}

    @property
    def cookie(self) -> str:
        """The Cookie header, for sockets too."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def get(self, path: str) -> Reply:
        """Read a page, or of the API."""
        return self._note("GET", path, None, {})

    def form(self, path: str, **fields: str) -> Reply:
        """Post a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._note("POST", path, urlencode(fields).encode(), kind)

    def send(self, method: str, path: str, body: dict[str, Any], key: str = "") -> Reply:
        """Write through the API; `key` is an Idempotency-Key."""
        token = next((value for name, value in self._cookies.items() if "csrf" in name.lower()), "")
        headers = {"Content-Type": "application/json", "X-CSRFToken": token}
        return self._note(method, path, json.dumps(body).encode(), headers | ({"Idempotency-Key": key} if key else {}))

    def sign_in(self, person: int) -> bool:
        """Enter as one of the demo people; False when that could not be done just now."""
        self._cookies.clear()
        page = self.get("/accounts/login/")
        keys = re.findall(r'name="key" value="([^"]+)"', page.text)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        if not keys or not token:
            return False
        return self.form("/demo/enter/", key=keys[person % len(keys)], csrfmiddlewaretoken=token[1]).status == 302

    def _note(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        before, began = self._journal.weather, time.monotonic()
        reply = self._exchange(method, path, body, headers)
        weather = (before, self._journal.weather)
        door: Any = "api" if path.startswith("/api/") else "page"
        said = reply.text[:200] if reply.status >= 400 else ""
        answer = Answer(door, method == "GET", reply.status, time.monotonic() - began, weather, f"{method} {path}", said)
        self._journal.answers.append(answer)
        return reply

    def _exchange(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        home = f"localhost:{self._port}"
        try:
            line.request(method, path, body, {"Host": home, "Cookie": self.cookie, "Origin": f"http://{home}", **headers})
            answer = line.getresponse()
            text = answer.read().decode(errors="replace")
        except TimeoutError:
            return Reply(HUNG)
        except (OSError, http.client.HTTPException):
            return Reply(NO_ANSWER)
        finally:
            line.close()
        self._keep(answer.headers.get_all("Set-Cookie") or [])
        return Reply(answer.status, text)

    def _keep(self, lines: list[str]) -> None:
        for line in lines:
            name, _, rest = line.partition("=")
            self._cookies[name.strip()] = rest.partition(";")[0]
