"""Just enough of a browser to walk through forms: it follows redirects and keeps cookies, each site's own."""

from __future__ import annotations

import http.client
import re
from collections.abc import Mapping
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

ANSWER_WITHIN = 30.0  # seconds
REDIRECTS = 10
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - a field's name
SECRET = "a" * 32  # of the forms: any will do, as long as cookie and field agree
CSRF_COOKIES = ("peremena_csrf", "vk_sandbox_csrf")


class Browser:
    """`cookies` are those it has already, by origin."""

    def __init__(self, cookies: Mapping[str, Mapping[str, str]]) -> None:
        self._cookies = {origin: dict(own) for origin, own in cookies.items()}
        self.address = ""
        self.page = ""

    @property
    def path(self) -> str:
        return urlsplit(self.address).path

    def get(self, address: str) -> None:
        """LookupError for a page that says anything but 200."""
        self._go("GET", address)

    def post(self, address: str = "", **fields: str) -> None:
        """Sends a form; without an address to the page itself, as forms do that name none."""
        self._go("POST", address or self.address, urlencode({**fields, TOKEN: SECRET}))

    def found(self, pattern: str) -> str:
        if (match := re.search(pattern, self.page)) is None:
            raise LookupError(f"{pattern} is not on the page")
        return match[1]

    def _go(self, method: str, address: str, body: str = "") -> None:
        for _ in range(REDIRECTS):
            self.address = address
            status, location = self._ask(method, address, body)
            if status == http.client.OK:
                return
            if not location:
                raise LookupError(f"HTTP {status}")
            method, address, body = "GET", urljoin(address, location), ""
        raise LookupError("redirected for ever")

    def _ask(self, method: str, address: str, body: str) -> tuple[int, str]:
        where = urlsplit(address)
        origin = f"{where.scheme}://{where.netloc}"
        own = self._cookies.setdefault(origin, {})
        sent = {**own, **dict.fromkeys(CSRF_COOKIES, SECRET)}
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in sent.items()), "Origin": origin}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(where.netloc, timeout=ANSWER_WITHIN)
        try:
            connection.request(method, f"{where.path}?{where.query}", body, headers)
            answer = connection.getresponse()
            self.page = answer.read().decode()
            for line in answer.headers.get_all("Set-Cookie") or ():
                own |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
            return answer.status, answer.headers.get("Location", "")
        finally:
            connection.close()
