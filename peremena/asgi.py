"""The ASGI application of `peremena web`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peremena.settings")
application = get_asgi_application()
