"""A browser without scripts: keeps cookies, fills in forms by their labels, presses buttons by what is written on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx2


@dataclass
class Field:
    name: str
    kind: str
    value: str
    label: str = ""
    checked: bool = False


@dataclass
class Form:
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)  # what is written → name and value
    actions: dict[str, str] = field(default_factory=dict)  # of buttons that lead elsewhere than their form


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self.texts: list[str] = []
        self.headings: list[str] = []
        self._by_id: dict[str, Field] = {}
        self._labels: list[tuple[str, str]] = []
        self._said: list[str] | None = None
        self._open: dict[str, str | None] = {}
        self._in_label: list[Field] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        if tag == "form":
            self.forms.append(Form(own.get("action") or "", own.get("method") or "get"))
        elif tag in {"input", "select", "textarea"} and self.forms:
            new = Field(own.get("name") or "", own.get("type") or tag, own.get("value") or "", checked="checked" in own)
            self.forms[-1].fields.append(new)
            self._by_id[own.get("id") or f"#{len(self._by_id)}"] = new
            self._in_label.append(new)
        elif tag in {"label", "button", "a", "h1"}:
            self._said, self._open, self._in_label = [own.get("aria-label") or ""], own, []

    def handle_data(self, data: str) -> None:
        if text := " ".join(data.split()):
            self.texts.append(text)
            if self._said is not None:
                self._said.append(text)

    def handle_endtag(self, tag: str) -> None:
        if tag not in {"label", "button", "a", "h1"} or self._said is None:
            return
        said, self._said = " ".join(" ".join(self._said).split()), None
        if tag == "label":
            self._labels.append((self._open.get("for") or "", said))
            for inner in self._in_label:
                inner.label = said
        elif tag == "button":
            self.forms[-1].buttons[said] = (self._open.get("name") or "", self._open.get("value") or "")
            self.forms[-1].actions[said] = self._open.get("formaction") or self.forms[-1].action
        elif tag == "a":
            self.links[said] = self._open.get("href") or ""
        else:
            self.headings.append(said)

    def read(self, html: str) -> None:
        self.feed(html)
        for name, said in self._labels:
            if name in self._by_id:
                self._by_id[name].label = said


class Browser:
    """`url` and the rest are of the page that is shown. Does not go where the stand-in is not: such an address is `left`."""

    def __init__(self, origin: str, http: httpx2.Client | None = None) -> None:
        self.origin = origin
        self.http = http or httpx2.Client(timeout=30, verify=False)  # plain http: no certificates to load
        self.left = ""

    def open(self, address: str) -> Browser:
        return self._shown(self.http.get(urljoin(self.origin, address)))

    def follow(self, link: str) -> Browser:
        return self.open(urljoin(self.url, self._page.links[link]))

    def press(self, button: str, **typed: str) -> Browser:
        """`typed`: by the labels' words, with _ for a space; a choice by what its label contains, under `choose`."""
        [form] = [form for form in self._page.forms if button in form.buttons]
        sent = self.filled(form, {label.replace("_", " "): value for label, value in typed.items()})
        name, value = form.buttons[button]
        if name:
            sent[name] = value
        return self.send(sent, form.actions[button], form.method)

    def send(self, sent: dict[str, str], action: str = "", method: str = "post") -> Browser:
        address = urljoin(self.url, action)
        if method == "get":
            return self._shown(self.http.get(address.partition("?")[0], params=sent))
        return self._shown(self.http.post(address, data=sent, headers={"Origin": self.origin}))

    def filled(self, form: Form, typed: dict[str, str]) -> dict[str, str]:
        choice, sent, met = typed.pop("choose", None), {}, set()
        for one in form.fields:
            if one.kind == "radio":
                if one.checked if choice is None or choice not in self._choices(form) else one.label.endswith(choice):
                    sent[one.name] = one.value
            else:
                sent[one.name] = typed.get(one.label, one.value)
                met.add(one.label)
        assert typed.keys() <= met, f"no such fields: {typed.keys() - met}"
        return sent

    def _choices(self, form: Form) -> str:
        return "\n".join(one.label for one in form.fields if one.kind == "radio")

    def _shown(self, answer: httpx2.Response) -> Browser:
        self.left = ""
        for _ in range(10):
            self.answer, self.url = answer, str(answer.url)
            if answer.status_code not in {302, 303}:
                break
            address = urljoin(self.url, answer.headers["location"])
            if not address.startswith(f"{self.origin}/"):
                self.left = address
                return self
            answer = self.http.get(address)
        self._page = _Reader()
        self._page.read(self.answer.text)
        return self

    @property
    def form(self) -> Form:
        [form] = self._page.forms
        return form

    @property
    def forms(self) -> list[Form]:
        return self._page.forms

    @property
    def links(self) -> dict[str, str]:
        """By what is written on them."""
        return self._page.links

    @property
    def heading(self) -> str:
        [heading] = self._page.headings
        return heading

    @property
    def choices(self) -> list[str]:
        return self._choices(self.form).splitlines()

    @property
    def text(self) -> str:
        return " ".join(self._page.texts)

    @property
    def told(self) -> dict[str, str]:
        """What the application is told by the redirect."""
        assert self.left, self.answer.text
        return dict(parse_qsl(urlsplit(self.left).query, keep_blank_values=True))
