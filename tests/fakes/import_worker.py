"""`python -m tests.fakes.import_worker`: for each line read, do the worker's next piece of an import and say so."""

from __future__ import annotations

import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carillon.config.settings")
    django.setup()
    from carillon import clock
    from carillon.features.line_imports.jobs import run_next

    for _line in sys.stdin:
        sys.stdout.write(f"{run_next(now=clock.now())}\n")
        sys.stdout.flush()
