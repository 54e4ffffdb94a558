"""`python -m tests.fakes.error_pages`: print, as JSON, the pages that no address gives on demand: by language, 403 and 500."""

from __future__ import annotations

import json
import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carillon.config.settings")
    django.setup()
    from django.core.exceptions import PermissionDenied
    from django.test import RequestFactory
    from django.utils.translation import override
    from django.views import defaults

    request = RequestFactory().get("/")
    pages: dict[str, dict[str, str]] = {}
    for language in ("fr", "en"):
        with override(language):
            pages[language] = {
                "403": defaults.permission_denied(request, PermissionDenied()).content.decode(),
                "500": defaults.server_error(request).content.decode(),
            }
    json.dump(pages, sys.stdout)
