"""The portal as an ASGI application."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carillon.config.settings")
portal = get_asgi_application()

from carillon.web.largest_body import LargestBody  # noqa: E402 - once Django is set up

application = LargestBody(portal)
