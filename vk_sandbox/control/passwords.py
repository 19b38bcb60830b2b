"""Hashing that is quick on purpose."""

from __future__ import annotations

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """Thousands of people are seeded in one request, with passwords the sandbox itself gave out: nothing to protect.

    Hashed all the same, so that no page and no copy of the state can show them.
    """

    algorithm = "vk_sandbox_pbkdf2"
    iterations = 500
