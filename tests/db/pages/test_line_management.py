"""The pages by which administrators add, renumber and delete lines: what each offers, saves, shows once and refuses."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client, RequestFactory
from tests.db.pages.conftest import SignIn
from tests.fakes.callcontrol_server import CallcontrolServer
from tests.fakes.html_page import Page
from tests.fakes.portal_company import BUILDER, NOW, Company

from carillon.features.accounts.queries import NotFound, access_for
from carillon.features.audit.models import AuditEntry
from carillon.features.business_groups.services import switch_permission
from carillon.features.call_manager.models import CallSettings
from carillon.features.classes_of_service.models import ClassOfService
from carillon.features.departments.models import Department
from carillon.features.departments.services import create_department
from carillon.features.line_management.services import add_line
from carillon.features.lines.models import Line
from carillon.features.lines.services import NewLine
from carillon.features.phones.models import Phone
from carillon.web import once

ADD = "/lines/add/"
DELETE = "/lines/delete/"


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(answer.content.decode()))


def secrets_in(page: str) -> list[str]:
    return re.findall(r"<code>([^<]+)</code>", page)


def new_line(**values: object) -> dict[str, object]:
    return {
        "number": "514 555-0120", "kind": "user", "name": "Zoé Lavoie", "extension": "320", "language": "fr",
        "department": Department.objects.get(name="Ventes").pk, "with_voicemail": "on", "with_user": "on",
        "class_of_service_id": ClassOfService.objects.get(name="Standard").pk, "with_phone": "on", **values,
    }  # fmt: skip


@pytest.fixture
def granted(company: Company) -> Company:
    """The company whose administrators create and delete lines."""
    for permission in ("create_lines", "create_phones"):
        switch_permission(actor=BUILDER, group_id=company.group.pk, permission=permission, on=True, now=NOW)
    company.group.refresh_from_db()
    return company


@pytest.fixture
def marie(granted: Company, sign_in: SignIn) -> Client:
    return sign_in(granted.marie)


@pytest.fixture
def denis(granted: Company, sign_in: SignIn) -> Client:
    return sign_in(granted.denis)


def links(page: str, *names: str) -> dict[str, int]:
    return {name: len(re.findall(rf'(?:href|formaction)="[^"]*{name}', page)) for name in names}


class TestTheList:
    OFFERS = ("/lines/add/", "/line-imports/", "/service/", r"/\d+/delete/", "/lines/delete/")

    def test_nothing_is_offered_without_the_permission(self, company: Company, sign_in: SignIn) -> None:
        for person in (company.marie, company.denis):
            assert set(links(text(sign_in(person).get("/lines/")), *self.OFFERS).values()) == {0}

    def test_a_group_administrator_is_offered_all_of_it(self, marie: Client) -> None:
        # nobody deletes his own line; each entry of a menu leads back to the list
        assert links(text(marie.get("/lines/")), *self.OFFERS) == dict(
            zip(self.OFFERS, (1, 1, 4, 3, 1), strict=True)
        )

    def test_a_department_administrator_is_offered_his_part(self, denis: Client) -> None:
        assert links(text(denis.get("/lines/")), *self.OFFERS) == dict(
            zip(self.OFFERS, (1, 0, 0, 2, 1), strict=True)
        )

    def test_the_empty_list_offers_the_first_line_and_keeps_the_department(
        self, marie: Client, granted: Company
    ) -> None:
        empty = create_department(actor=BUILDER, group_id=granted.group.pk, name="Vide", now=NOW)
        page = text(marie.get(f"/lines/?department={empty.pk}"))
        assert (
            f'href="/lines/add/?department={empty.pk}&back=%2Flines%2F%3Fdepartment%3D{empty.pk}%26' in page
        )
        assert 'class="btn btn-primary" href="/lines/add/"' in page
        form = Page(marie.get(f"/lines/add/?department={empty.pk}").content.decode())
        assert form.held("department") == [str(empty.pk)]

    def test_the_side_bar_says_where_one_is(self, marie: Client) -> None:
        for address in (ADD, DELETE):
            assert '<a href="/lines/" aria-current="page">' in text(marie.get(address))


class TestAdding:
    def test_a_line_comes_whole_and_shows_its_secrets_once(self, marie: Client) -> None:
        answer = marie.post(ADD, new_line(back="/lines/?department=all"))
        page = text(answer)
        assert answer.status_code == 200
        assert "In force since" in page
        assert 'href="/lines/?department=all"' in page
        password, pin, account, secret = secrets_in(page)
        line = Line.objects.get(number="+15145550120")
        assert (line.extension_digits, line.department_key) == ("320", "ventes")
        visitor = Client(headers={"host": "127.0.0.1"})
        signed = visitor.post("/sign-in/", {"number": "514 555-0120", "password": password})
        assert signed.status_code == 302
        for address in ("/lines/", f"/lines/{line.pk}/changes/", "/record/"):
            shown = text(marie.get(address))
            assert {one for one in (password, pin, account, secret) if one in shown} <= {account}

    def test_a_phone_takes_the_permission_for_phones(self, marie: Client, granted: Company) -> None:
        switch_permission(
            actor=BUILDER, group_id=granted.group.pk, permission="create_phones", on=False, now=NOW
        )
        assert 'name="with_phone"' not in text(marie.get(ADD))
        answer = marie.post(ADD, new_line())  # as if it were offered
        assert (answer.status_code, len(secrets_in(text(answer)))) == (200, 2)
        assert not Phone.objects.filter(line__number="+15145550120").exists()
        new = NewLine(
            number="+15145550121",
            name="Ève",
            class_of_service_id=ClassOfService.objects.get(name="Standard").pk,
        )
        access = access_for(granted.marie.user)
        with pytest.raises(NotFound):
            add_line(
                access=access, group_id=granted.group.pk, new=new, extension="", with_phone=True, now=NOW
            )

    def test_the_departments_are_those_of_the_reader(self, marie: Client, denis: Client) -> None:
        sales, plant = (str(Department.objects.get(name=name).pk) for name in ("Ventes", "Usine"))
        assert Page(marie.get(ADD).content.decode()).offered("department") == {"", sales, plant}
        assert Page(denis.get(ADD).content.decode()).offered("department") == {sales}

    @pytest.mark.parametrize("place", ["Usine", ""])
    def test_a_department_administrator_adds_in_his_own_only(self, denis: Client, place: str) -> None:
        department = Department.objects.get(name=place).pk if place else ""
        answer = denis.post(ADD, new_line(department=department))
        assert (answer.status_code, 'href="#id_department"' in text(answer)) == (422, True)
        assert not Line.objects.filter(number="+15145550120").exists()
        assert denis.post(ADD, new_line()).status_code == 200

    def test_another_companys_number_and_department_are_refused(
        self, marie: Client, granted: Company
    ) -> None:
        answer = marie.post(ADD, new_line(number="418 555-0105"))
        assert (answer.status_code, 'href="#id_number"' in text(answer)) == (422, True)


class TestPressedTwice:
    """The same form sent again: the page of its secrets once more, and nothing more is made."""

    def drawn(self, client: Client, address: str = ADD) -> str:
        return Page(client.get(address).content.decode()).held("once")[0]

    def test_the_second_press_shows_the_same_secrets(self, marie: Client) -> None:
        form = new_line(once=self.drawn(marie))
        first, second = marie.post(ADD, form), marie.post(ADD, form | {"action": "save"})
        assert (first.status_code, second.status_code) == (200, 200)
        assert len(secrets_in(text(first))) == 4
        assert secrets_in(text(first)) == secrets_in(text(second))
        assert AuditEntry.objects.filter(kind="line", action="create", label__endswith="Lavoie").count() == 1

    def test_the_operators_page_does_the_same(self, operator: Client, granted: Company) -> None:
        address = f"/operator/groups/{granted.group.pk}/lines/add/"
        form = new_line(once=self.drawn(operator, address))
        shown = [secrets_in(text(operator.post(address, form))) for _press in range(2)]
        assert len(shown[0]) == 4
        assert shown[0] == shown[1]

    def test_each_page_draws_a_token_of_its_own(self, marie: Client) -> None:
        assert self.drawn(marie) != self.drawn(marie)

    def test_other_entries_are_another_line(self, marie: Client) -> None:
        form = new_line(once=self.drawn(marie))
        marie.post(ADD, form)
        other = marie.post(ADD, form | {"number": "514 555-0121", "extension": "321", "name": "Yan"})
        assert len(secrets_in(text(other))) == 4
        assert Line.objects.filter(number__in=["+15145550120", "+15145550121"]).count() == 2
        clash = marie.post(ADD, form | {"name": "Yan"})
        assert (clash.status_code, "Already used by Zoé Lavoie" in text(clash)) == (422, True)

    def test_after_a_while_and_for_others_nothing_is_shown(
        self, marie: Client, granted: Company, sign_in: SignIn
    ) -> None:
        form = new_line(once=self.drawn(marie))
        marie.post(ADD, form)
        again = sign_in(granted.denis).post(ADD, form)
        assert (again.status_code, secrets_in(text(again))) == (422, [])
        session = marie.session
        session["answers"] = {
            key: [at - once.LASTS.total_seconds(), kept] for key, (at, kept) in session["answers"].items()
        }
        session.save()
        late = marie.post(ADD, form)
        assert (late.status_code, secrets_in(text(late))) == (422, [])

    def test_what_is_kept_is_sealed(self, marie: Client) -> None:
        page = text(marie.post(ADD, new_line(once=self.drawn(marie))))
        kept = repr(dict(marie.session.items()))
        assert "answers" in kept
        assert [one for one in secrets_in(page) if one in kept] == []

    def test_a_line_deleted_since_is_not_shown(self, marie: Client) -> None:
        form = new_line(once=self.drawn(marie))
        first = secrets_in(text(marie.post(ADD, form)))
        Line.objects.filter(number="+15145550120").delete()
        second = secrets_in(text(marie.post(ADD, form)))
        assert len(second) == 4
        assert first != second


class TestOneLine:
    def test_number_type_and_class_are_changed_and_lead_back(self, marie: Client, granted: Company) -> None:
        line = granted.sylvie.line
        values = {
            "seen_version": "1", "number": "514 555-0121", "kind": "user", "back": "/lines/?q=roy",
            "class_of_service_id": line.class_of_service_id,
        }  # fmt: skip
        saved = marie.post(f"/lines/{line.pk}/service/", values)
        assert saved.headers["Location"].startswith("/lines/?q=roy&receipt=")
        assert "In force since" in text(marie.get(saved.headers["Location"]))
        assert Line.objects.get(pk=line.pk).number == "+15145550121"

    def test_a_line_is_deleted_once_its_number_is_typed(
        self, marie: Client, granted: Company, callcontrol: CallcontrolServer
    ) -> None:
        line = granted.sylvie.line
        CallSettings.objects.filter(line=granted.newcomer.line).update(busy="number", busy_to="203")
        address = f"/lines/{line.pk}/delete/"
        page = text(marie.get(address))
        assert f'<a href="/lines/{granted.newcomer.line.pk}/">Émile Côté</a>' in page
        assert "the extension 203" in page
        wrong = marie.post(address, {"seen_version": 1, "typed_number": "514 555-0102"})
        assert (wrong.status_code, 'href="#id_typed_number"' in text(wrong)) == (422, True)
        gone = marie.post(
            address,
            {"seen_version": 1, "typed_number": granted.sylvie.number, "back": f"/lines/{line.pk}/account/"},
        )
        assert gone.headers["Location"].startswith("/lines/?receipt=")
        assert "In force since" in text(marie.get(gone.headers["Location"]))
        assert marie.get(address).status_code == 404

    def test_a_line_outside_the_readers_scope_is_not_named(self, denis: Client, granted: Company) -> None:
        CallSettings.objects.filter(line=granted.newcomer.line).update(busy="number", busy_to="203")
        page = text(denis.get(f"/lines/{granted.sylvie.line.pk}/delete/"))
        assert "Émile" not in page
        assert "a line outside the departments you administer – Number when the line is busy" in page

    def test_who_cannot_be_deleted_is_kept_with_the_reason(self, denis: Client, granted: Company) -> None:
        for person, words in (
            (granted.denis, "This is your own line"),
            (granted.marie, "administers more than"),
        ):
            address = f"/lines/{person.line.pk}/delete/"
            version = Line.objects.get(pk=person.line.pk).version
            answer = denis.post(address, {"seen_version": version, "typed_number": person.number})
            assert (answer.status_code, words in text(answer)) == (422, True)


class TestTheSelection:
    def ids(self, *people: Any) -> str:
        return ",".join(str(person.line.pk) for person in people)

    def confirmed(self, client: Client, selected: str, **more: str) -> Any:
        page = Page(client.post(DELETE, {"selected": selected, "back": "/lines/?q=x"}).content.decode())
        held = {name: page.held(name)[0] for name in ("selected", "seen_rows", "back")}
        return client.post(DELETE, held | {"typed_count": str(selected.count(",") + 1)} | more)

    def test_the_page_names_the_lines_their_uses_and_what_is_lost(
        self, marie: Client, granted: Company
    ) -> None:
        CallSettings.objects.filter(line=granted.denis.line).update(busy="number", busy_to="203")
        page = text(marie.post(DELETE, {"selected": self.ids(granted.sylvie, granted.newcomer)}))
        assert "To be deleted: 2 lines." in page
        assert page.index("Sylvie Roy") < page.index("Émile Côté"), "what is still used comes first"
        assert f'<a href="/lines/{granted.denis.line.pk}/">Denis Gagnon</a>' in page
        for words in ("2 numbers", "2 extensions", "2 SIP accounts", "2 mailboxes", "2 portal accounts"):
            assert words in page
        assert "0 voice" not in page

    def test_all_go_and_the_receipt_is_on_the_list(self, marie: Client, granted: Company) -> None:
        done = self.confirmed(marie, self.ids(granted.sylvie, granted.newcomer))
        assert done.headers["Location"].startswith("/lines/?q=x&receipt=")
        assert "In force since" in text(marie.get(done.headers["Location"]))
        assert not Line.objects.filter(pk__in=[granted.sylvie.line.pk, granted.newcomer.line.pk]).exists()

    @pytest.mark.parametrize("typed", ["", "3", "deux", "٢", "2 0", "-2"])
    def test_the_number_must_be_typed(self, marie: Client, granted: Company, typed: str) -> None:
        answer = self.confirmed(marie, self.ids(granted.sylvie, granted.newcomer), typed_count=typed)
        assert (answer.status_code, "Type 2 to confirm" in text(answer)) == (422, True)
        assert Line.objects.filter(pk=granted.sylvie.line.pk).exists()

    def test_what_stands_in_the_way_is_said_and_nothing_is_asked(
        self, denis: Client, granted: Company
    ) -> None:
        selected = self.ids(granted.sylvie, granted.denis, granted.marie)
        answer = denis.post(DELETE, {"selected": selected})
        page = text(answer)
        assert "2 of what is selected cannot be deleted" in page
        assert "This is your own line" in page
        assert "administers more than you do" in page
        assert page.index("Denis Gagnon</a>") < page.index("Sylvie Roy</a>")
        assert 'name="typed_count"' not in page
        kept = denis.post(DELETE, {"selected": selected, "typed_count": "3", "seen_rows": "x"})
        assert (kept.status_code, "the reasons stand below" in text(kept)) == (422, True)
        assert Line.objects.filter(pk=granted.sylvie.line.pk).exists()

    def test_a_change_meanwhile_is_told_and_confirmed_anew(self, marie: Client, granted: Company) -> None:
        selected = self.ids(granted.sylvie, granted.newcomer)
        page = Page(marie.post(DELETE, {"selected": selected}).content.decode())
        Line.objects.filter(pk=granted.sylvie.line.pk).update(version=9, name="Sylvie Roy-Côté")
        held = {name: page.held(name)[0] for name in ("selected", "seen_rows")} | {"typed_count": "2"}
        stale = marie.post(DELETE, held)
        assert (stale.status_code, "was changed since you opened this page" in text(stale)) == (409, True)
        assert "Sylvie Roy-Côté" in text(stale)
        again = Page(stale.content.decode())
        held["seen_rows"] = again.held("seen_rows")[0]
        assert marie.post(DELETE, held).status_code == 302

    def test_nothing_or_nonsense_selected(self, marie: Client, granted: Company) -> None:
        assert "Nothing is selected" in text(marie.post(DELETE, {}))
        assert "Nothing is selected" in text(marie.get(DELETE))
        assert "To be deleted: 1 line." in text(marie.get(DELETE, {"selected": granted.sylvie.line.pk}))
        for odd in (
            "1;drop",
            "٣",
            "9" * 30,
            str(granted.charlie.line.pk),
            f"{granted.sylvie.line.pk},999999",
        ):
            assert marie.post(DELETE, {"selected": odd}).status_code == 404

    def test_the_operator_deletes_from_his_own_list(self, operator: Client, granted: Company) -> None:
        listed = f"/operator/groups/{granted.group.pk}/lines/"
        assert f'formaction="{DELETE}"' in text(operator.get(listed))
        assert self.confirmed(operator, self.ids(granted.sylvie), back=listed).status_code == 302
        mixed = self.ids(granted.newcomer, granted.charlie)
        assert operator.post(DELETE, {"selected": mixed}).status_code == 404


def test_a_press_sent_before_the_first_was_answered_finds_its_answer(marie: Client) -> None:
    """Both requests have read the session before either wrote it, and both write it at their end."""
    requests = [RequestFactory().post(ADD, {"once": "drawn", "name": "Zoé"}) for _press in range(3)]
    for request in requests:
        request.session = SessionStore(marie.session.session_key)
        request.session["used"] = True
    first, second, third = (once.SentForm(request, NOW) for request in requests)
    assert second.find() == ""
    first.keep("sealed")
    first.request.session.save()
    assert second.find() == "sealed"
    second.request.session.save()
    assert third.find() == "sealed"
    other = RequestFactory().post(ADD, {"once": "drawn", "name": "Yan"})
    other.session = SessionStore(marie.session.session_key)
    assert once.SentForm(other, NOW).find() == ""


def test_a_session_keeps_the_last_answers_only(marie: Client) -> None:
    kept = []
    for index in range(once.MOST + 2):
        request = RequestFactory().post(ADD, {"once": f"drawn {index}"})
        request.session = SessionStore(marie.session.session_key)
        form = once.SentForm(request, NOW + timedelta(seconds=index))
        form.keep(f"sealed {index}")
        kept.append(form)
    assert [form.find() for form in kept] == [
        "",
        "",
        *(f"sealed {index}" for index in range(2, once.MOST + 2)),
    ]
