"""What was seen in this run of the tests, to be compared with what vk_sandbox/witnesses.json says."""

from __future__ import annotations

from collections import defaultdict

# Client → the methods it was answered.
CALLED: defaultdict[str, set[str]] = defaultdict(set)
