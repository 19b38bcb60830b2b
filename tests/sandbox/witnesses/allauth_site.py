"""A site of its own with django-allauth as it comes: its pages, its tables, its provider `vk`. One line of JSON in, one out.

python allauth_site.py PORT: every connection ends at this port of this machine, whatever host it is for.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django
import urllib3.util.connection
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.test.utils import setup_test_environment
from django.urls import include, path
from django.utils.module_loading import import_string

connect, here = urllib3.util.connection.create_connection, ("127.0.0.1", int(sys.argv[1]))
urllib3.util.connection.create_connection = lambda address, *rest, **named: connect(here, *rest, **named)

settings.configure(
    SECRET_KEY="of a site that nobody keeps",
    ALLOWED_HOSTS=["app.school.test"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.messages",
        "django.contrib.sessions",
        "allauth",
        "allauth.account",
        "allauth.socialaccount",
        "allauth.socialaccount.providers.vk",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "allauth.account.middleware.AccountMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
    ACCOUNT_EMAIL_VERIFICATION="none",
    SOCIALACCOUNT_STORE_TOKENS=True,
    LOGIN_REDIRECT_URL="/",
    USE_TZ=True,
)
django.setup()
setup_test_environment()  # what a page was made of can be read then
urlpatterns = [path("accounts/", include("allauth.urls"))]
HTTPS = {"SERVER_NAME": "app.school.test", "secure": True}


class Refused(Exception):  # noqa: N818  it is what the site's page says
    pass


class Site:
    """A browser before it, in which nobody is signed in."""

    def __init__(self) -> None:
        self.client = Client()

    def begin(self, client_id: str, secret: str, scope: list[str]) -> str:
        app = {"client_id": client_id, "secret": secret}
        settings.SOCIALACCOUNT_PROVIDERS = {"vk": {"APPS": [app], "SCOPE": scope}}
        self.client = Client()
        return str(self.client.post("/accounts/vk/login/", **HTTPS).headers["Location"])

    def come_back(self, address: str) -> dict[str, Any]:
        answer = self.client.get(address, **HTTPS)
        if answer.status_code != 302 or answer.headers["Location"] != settings.LOGIN_REDIRECT_URL:
            error = (answer.context or {}).get("auth_error", {})
            raise Refused(str(error.get("exception") or error.get("code") or answer.headers.get("Location")))
        user = int(self.client.session["_auth_user_id"])
        account = import_string("allauth.socialaccount.models.SocialAccount").objects.get(user=user)
        return {"user": account.extra_data, "uid": account.uid, "name": account.user.first_name}


def main() -> None:
    call_command("migrate", verbosity=0)
    site = Site()
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            reply = {"answer": getattr(site, asked.pop("act"))(**asked)}
        except Refused as error:
            reply = {"error": {"type": "Refused"}, "text": str(error)}
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
