"""Settings, all from the environment. Every name is told in docs/settings.md, and a test holds the two together."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pghistory
import pgtrigger
from csp.constants import NONCE, NONE, SELF
from psycopg.conninfo import conninfo_to_dict

PACKAGE = Path(__file__).parent


def setting(name: str, default: str = "") -> str:
    """The value of an environment variable, or of the file that NAME_FILE points to."""
    path = os.environ.get(f"{name}_FILE")
    return Path(path).read_text(encoding="utf-8").strip() if path else os.environ.get(name, default)


def database(url: str) -> dict[str, Any]:
    """Django's settings of a PostgreSQL address."""
    parts = conninfo_to_dict(url)
    own = {key.upper(): parts.pop(key, "") for key in ("user", "password", "host", "port")}
    name = parts.pop("dbname", "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        **own,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**parts, "pool": {"min_size": 1, "max_size": 8, "timeout": 10}},
    }


DATABASE_URL = setting("DATABASE_URL")
SECRET_KEY = setting("PEREMENA_SECRET_KEY", "not-for-serving")
SECRET_KEYS = setting("PEREMENA_SECRET_KEYS").split()  # newest first; encrypts what is secret at rest
PUBLIC_URL = setting("PEREMENA_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
VK_API_URL = setting("PEREMENA_VK_API_URL", "https://api.vk.ru").rstrip("/")
VK_ID_URL = setting("PEREMENA_VK_ID_URL", "https://id.vk.ru").rstrip("/")
VK_ID_CLIENT_ID = setting("PEREMENA_VK_ID_CLIENT_ID")
VK_ID_CLIENT_SECRET = setting("PEREMENA_VK_ID_CLIENT_SECRET")
VK_MESSENGER_URL = setting("PEREMENA_VK_MESSENGER_URL", "https://web.vk.me/")
ACTIVATION_DAYS = int(setting("PEREMENA_ACTIVATION_DAYS", "30"))
UPLOAD_MB = int(setting("PEREMENA_UPLOAD_MB", "100"))
DEBUG = False

DATABASES = {"default": database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
_public = urlsplit(PUBLIC_URL)
HTTPS = _public.scheme == "https"
ALLOWED_HOSTS = [_public.hostname or "127.0.0.1", *setting("PEREMENA_ALLOWED_HOSTS", "localhost 127.0.0.1").split()]

INSTALLED_APPS = [
    "peremena.web",  # first: its templates win over allauth's
    "peremena.accounts",
    "peremena.audit",
    "peremena.school",
    "peremena.jobs",
    "peremena.intake",
    "peremena.sync",
    "pghistory",
    "pgtrigger",
    "template_partials.apps.SimpleAppConfig",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",  # web.vk_id stands on its classes; its tables stay empty
    "axes",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "peremena.web.sign_in.SignInRequired",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "peremena.urls"
ASGI_APPLICATION = "peremena.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            ["django.template.loaders.app_directories.Loader"],
                        )
                    ],
                )
            ],
            "builtins": ["template_partials.templatetags.partials"],
            "context_processors": [
                "csp.context_processors.nonce",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "peremena.web.menu.menu",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username",)},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "peremena.accounts.adapter.AccountAdapter"
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip",
    "link_profile": "10/m/user",
    # A whole class may sit behind one address; of one wrong code in 5 * 10^18 nobody hits one by chance.
    "activation": "120/m/ip",
    "activation_failed": "40/5m/ip,2000/h/key",
}
SOCIALACCOUNT_ADAPTER = "peremena.web.vk_id.SocialAccountAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # a stranger cannot lock a teacher out from another address
AXES_LOCKOUT_CALLABLE = "peremena.accounts.lockout.too_many_attempts"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

SESSION_COOKIE_NAME = "peremena_session"
CSRF_COOKIE_NAME = "peremena_csrf"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 3600
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_SSL_REDIRECT = False  # the proxy in front does it
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 365 * 86400 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF, VK_ID_URL],
    }
}

LANGUAGE_CODE = "ru"
USE_I18N = True
USE_TZ = True
TIME_ZONE = setting("PEREMENA_TIME_ZONE", "Europe/Moscow")
STATIC_URL = "/static/"
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/vendor/[^/]+-\d"  # the folder's name carries the version
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

PGHISTORY_LEVEL = pgtrigger.Statement  # one audit statement for a batch, however large
PGHISTORY_APPEND_ONLY = True
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)  # events are found by their object
PGHISTORY_ADMIN_CLASS = None
PGTRIGGER_MIGRATIONS = True

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"  # peremena.sync.tasks and the like

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": setting("PEREMENA_LOG_LEVEL", "INFO")},
    "loggers": {
        "procrastinate": {"level": "WARNING"},
        "axes": {"level": "ERROR"},  # it would log user names
        "httpx2": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
    },
}
