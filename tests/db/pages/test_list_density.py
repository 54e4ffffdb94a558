"""How close the rows of lists stand: kept for each user, as the theme is."""

from __future__ import annotations

import pytest
from tests.db.pages.conftest import SignIn
from tests.fakes.portal_company import Company

from carillon.features.accounts.models import User

COMPACT = "list-table is-compact"


def test_it_is_kept_for_the_user_alone_and_leads_back_to_the_list(company: Company, sign_in: SignIn) -> None:
    marie, denis = sign_in(company.marie), sign_in(company.denis)
    assert COMPACT not in marie.get("/lines/").content.decode()
    chosen = marie.post("/account/density/", {"density": "compact", "next": "/lines/?sort=-number"})
    assert chosen.headers["Location"] == "/lines/?sort=-number"
    for address in ("/lines/?sort=-number", "/users/", "/record/"):
        assert COMPACT in marie.get(address).content.decode()
    assert COMPACT in marie.get("/lines/", headers={"hx-request": "true"}).content.decode()
    assert COMPACT not in denis.get("/lines/").content.decode()


@pytest.mark.parametrize("density", ["", "tiny", "compact' onload='x"])
def test_an_unknown_one_changes_nothing(company: Company, sign_in: SignIn, density: str) -> None:
    marie = sign_in(company.marie)
    answer = marie.post("/account/density/", {"density": density, "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"
    assert User.objects.get(pk=company.marie.user.pk).list_density == "comfortable"
