"""Django's settings of the stand-in. `server.py` names the state folder and the pace before anything imports this."""

from __future__ import annotations

import os
from pathlib import Path

from vk_sandbox.hosts.names import EVERY

STATE = Path(os.environ["VK_SANDBOX_STATE"])
PACE = int(os.environ["VK_SANDBOX_PACE"]) if os.environ.get("VK_SANDBOX_PACE") else None
FILES = STATE / "files"
CONTROL_TOKEN_FILE = STATE / "control-token"
SECRET_KEY = (STATE / "secret-key").read_text(encoding="ascii")

DEBUG = False
ALLOWED_HOSTS = list(EVERY)
ROOT_URLCONF = "vk_sandbox.urls"
INSTALLED_APPS = ["vk_sandbox"]
MIDDLEWARE = ["vk_sandbox.pages.headers.strict_headers", "vk_sandbox.hosts.routing.by_host"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
LOGGING_CONFIG = None  # uvicorn's level decides; requests carry tokens and are not logged
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024  # a whole region may be seeded in one request
DATA_UPLOAD_MAX_NUMBER_FIELDS = None
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CSRF_COOKIE_NAME = "vk_sandbox_csrf"  # the product behind another port of the same host has its own
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "vk_sandbox.vkid.pages.stale"
PASSWORD_HASHERS = ["vk_sandbox.control.passwords.QuickHasher"]

# One writer, one file. IMMEDIATE: a transaction that will write says so at once and cannot fail half-way with "locked".
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": STATE / "vk.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;",
        },
    }
}
