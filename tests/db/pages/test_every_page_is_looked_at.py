"""Every address of the portal that answers with a page is in a table of the looks (`tests/browser/addresses.py`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.urls import resolve, reverse
from tests.browser import addresses as table
from tests.db.pages.conftest import SignIn
from tests.db.pages.test_every_route import addresses
from tests.fakes.portal_company import BUILDER, NOW, Company

from carillon.features.audit.services import Receipt
from carillon.features.line_imports.services import start_import
from carillon.web import receipts

ROOT = Path(__file__).parents[3]
LOOKED_AT = [address for reader in table.LOOKED_AT.values() for address in reader]


def names_looked_at() -> set[str]:
    """Return the names of the addresses in the tables."""
    return {str(resolve(address.partition("?")[0]).url_name) for address in LOOKED_AT}


def test_every_address_is_looked_at_or_shows_no_page() -> None:
    every = {address.name for address in addresses()}
    assert every - names_looked_at() - set(table.BY_A_FORM) - set(table.NO_PAGE) == set()
    assert set(table.NO_PAGE) & (names_looked_at() | set(table.BY_A_FORM)) == set()
    assert set(table.NO_PAGE) | set(table.BY_A_FORM) <= every


def test_what_is_looked_at_elsewhere_has_its_test() -> None:
    written = "".join(file.read_text("utf-8") for file in (ROOT / "tests/browser").glob("test_*.py"))
    wanted = {*table.BY_A_FORM.values(), *table.TEMPLATES.values()}
    assert {test for test in wanted if f"def {test}(" not in written} == set()


def test_what_only_a_form_shows_is_there() -> None:
    templates = {"/".join(file.parts[-2:]) for file in (ROOT / "src/carillon").rglob("templates/*/*.html")}
    assert set(table.TEMPLATES) <= templates


@pytest.mark.parametrize("name", table.NO_PAGE)
def test_what_shows_no_page_answers_with_none(company: Company, sign_in: SignIn, name: str) -> None:
    company.group.permissions = ["create_lines"]
    company.group.save(update_fields=["permissions"])
    client = sign_in(company.marie)
    answer = client.get(reverse(name, kwargs=_objects(name, company)), {"ids": str(company.marie.line.pk)})
    assert answer.status_code in {200, 302}
    if table.NO_PAGE[name] == "form":  # opened by itself it leads to a page
        followed = client.get(answer.headers["Location"], follow=True)
        assert followed.status_code == 200
        assert "<h1" in followed.content.decode()
    if not answer.streaming:
        assert "<html" not in answer.content.decode()


def _objects(name: str, company: Company) -> dict[str, Any]:
    """Return what the address names, all of it Marie's."""
    kinds = next(address.objects for address in addresses() if address.name == name)
    row = start_import(actor=BUILDER, group_id=company.group.pk, file_name="x.csv", data=b"", now=NOW)
    saved = Receipt("line", company.marie.line.pk, 1, company.group.pk, 1, NOW)
    address = receipts.after_save("/", saved, user_id=company.marie.user.pk)
    known = {
        "line_id": company.marie.line.pk,
        "group_id": company.group.pk,
        "import_id": row.pk,
        "token": unquote(address.partition("receipt=")[2]),
    }
    return {kind: known[kind] for kind in kinds}
