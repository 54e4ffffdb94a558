"""`python -m tests.fakes.portal_seed`: migrate the database of CARILLON_HOME and load the companies of the tests."""

from __future__ import annotations

import os

import django
from django.core.management import call_command

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carillon.config.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    from tests.fakes.portal_company import make_company
    from tests.fakes.portal_crowd import add_crowd, add_operators
    from tests.fakes.portal_things import add_things

    company = make_company()
    add_crowd(company)
    add_operators()
    add_things(company)
