"""How clients that know only VK's own addresses come to the stand-in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter

from tests.sandbox.witnesses.stand import Stand


def lead_requests(monkeypatch: pytest.MonkeyPatch, stand: Stand) -> None:
    """Whatever is asked of any host with `requests`, by sessions the client makes itself too, reaches the stand-in."""
    real, there = HTTPAdapter.send, urlsplit(stand.url)

    def send(adapter: HTTPAdapter, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        request.url = urlsplit(request.url or "")._replace(scheme=there.scheme, netloc=there.netloc).geturl()
        return real(adapter, request, **options)

    monkeypatch.setattr(HTTPAdapter, "send", send)


def plain(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters for clients that do not write lists themselves."""
    return {name: ",".join(map(str, it)) if isinstance(it, list) else it for name, it in parameters.items()}
