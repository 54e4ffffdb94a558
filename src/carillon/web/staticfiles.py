"""Static files: our own from the apps, and the few npm files a page loads, hashed and compressed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

VENDOR = {
    "vendor/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/htmx.min.js": "htmx.org/dist/htmx.min.js",
}
"""Address below STATIC_URL -> file below node_modules. Nothing else of node_modules is ever served."""


class VendorStorage(FileSystemStorage):
    """Reads the files of `VENDOR` under the names they are served by."""

    def path(self, name: str) -> str:
        """Return where npm put the file."""
        return str(Path(settings.NPM_FOLDER) / VENDOR[Path(name).as_posix()])


class VendorFinder(BaseFinder):
    """Finds the npm files of `VENDOR`."""

    storage = VendorStorage()

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """Return the file's place on disk (or a list of it), nothing when it is not ours."""
        wanted = kwargs.get("all", find_all)
        found = [self.storage.path(path)] if path in VENDOR else []
        return found if wanted else (found[0] if found else [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Yield every file with the storage that reads it."""
        del ignore_patterns
        for name in VENDOR:
            if Path(self.storage.path(name)).exists():
                yield name, self.storage


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Names with a hash of the contents once `collectstatic` ran; plain names before (development, tests)."""

    manifest_strict = False
    patterns = ()  # our style sheets refer to no other file, and source maps are not served

    def stored_name(self, name: str) -> str:
        """Return the name to serve."""
        return str(self.hashed_files.get(self.hash_key(self.clean_name(name)), name))


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise answering from memory in one piece: its file iterator is synchronous, which ASGI warns about."""

    def __init__(self, get_response: Any = None) -> None:
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # empty until `collectstatic` ran
        super().__init__(get_response)

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        """Return the file, or the 304 / 405 / 416 that the request calls for."""
        found = static_file.get_response(request.method, request.META)
        content = b""
        if found.file is not None:
            with found.file as file:
                content = file.read()
        response = HttpResponse(content, status=int(found.status))
        del response["content-type"]
        for key, value in found.headers:
            response[key] = value
        return response
