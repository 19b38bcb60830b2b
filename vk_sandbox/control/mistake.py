"""Why an order is not carried out."""

from __future__ import annotations


class BadOrder(ValueError):  # noqa: N818 - it names the order, not the accident
    """`str()` is one line for a person, in Russian."""
