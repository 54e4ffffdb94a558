"""Sending feedback: from a page, refused beside the field, confirmed with what was sent."""

from __future__ import annotations

import pytest
from tests.db.pages.conftest import SignIn
from tests.fakes.portal_company import Company

from carillon.features.feedback.forms import own_path
from carillon.features.feedback.models import Feedback


def test_a_comment_is_sent_with_the_path_of_its_page_only(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company.sylvie)
    page = client.get("/feedback/", {"from": "/lines/3/availability/?receipt=secret"}).content.decode()
    assert 'name="page" value="/lines/3/availability/"' in page
    answer = client.post(
        "/feedback/", {"kind": "idea", "text": "Plus <b>gros</b>", "page": "/lines/3/availability/?q=1"}
    )
    assert answer.status_code == 302
    sent = Feedback.objects.get()
    assert (sent.page, sent.kind, sent.user_id) == ("/lines/3/availability/", "idea", company.sylvie.user.pk)
    told = client.get(answer.headers["Location"]).content.decode()
    assert "Your comment was sent to your platform operator." in told
    assert "Plus &lt;b&gt;gros&lt;/b&gt;" in told
    assert "An idea to make it better" in told


def test_the_page_the_reader_comes_from_is_proposed(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company.sylvie)
    referer = {"referer": "http://127.0.0.1/lines/3/incoming-calls/?x=1"}
    assert 'value="/lines/3/incoming-calls/"' in client.get("/feedback/", headers=referer).content.decode()


def test_a_refused_comment_keeps_its_entries(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company.sylvie)
    answer = client.post("/feedback/", {"kind": "idea", "text": "x" * 4001, "page": "/lines/"})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Use at most 4000 characters." in shown
    assert "x" * 4001 in shown
    assert 'name="page" value="/lines/"' in shown
    assert not Feedback.objects.exists()
    assert client.post("/feedback/", {}).status_code == 422


def test_a_comment_is_shown_to_its_author_only(company: Company, sign_in: SignIn) -> None:
    answer = sign_in(company.sylvie).post("/feedback/", {"kind": "problem", "text": "Oh", "page": ""})
    assert sign_in(company.marie).get(answer.headers["Location"]).status_code == 404


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/lines/?q=514", "/lines/"),
        ("http://portal.example/lines/#x", "/lines/"),
        ("https://elsewhere.example/lines/", ""),
        ("//elsewhere.example/", ""),
        ("/\\elsewhere.example/", ""),
        ("javascript:alert(1)", ""),
        ("lines/", ""),
        ("/" + "x" * 300, ""),
        ("/a\x07b", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_only_a_path_of_this_portal_is_kept(address: str, path: str) -> None:
    assert own_path(address, host="portal.example") == path
