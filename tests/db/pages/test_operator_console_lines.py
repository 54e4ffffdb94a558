"""The operator's pages of departments and lines: what each saves, shows once, refuses beside its field."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from tests.db.pages.conftest import SignIn
from tests.fakes.portal_company import Company

from carillon.features.accounts.models import User
from carillon.features.call_manager.models import CallSettings
from carillon.features.classes_of_service.models import ClassOfService
from carillon.features.departments.models import Department
from carillon.features.extensions.models import Extension
from carillon.features.lines.choices import LineKind
from carillon.features.lines.models import Line
from carillon.features.phones.models import Phone


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def secrets_in(page: str) -> list[str]:
    return re.findall(r"<code>([^<]+)</code>", page)


class TestDepartments:
    def test_the_tree_is_shown_and_grows(self, operator: Client, company: Company) -> None:
        address = f"/operator/groups/{company.group.pk}/departments/"
        sales = Department.objects.get(name="Ventes")
        saved = operator.post(f"{address}add/", {"name": "Export", "parent": str(sales.pk)})
        assert saved.status_code == 302, text(saved)
        page = text(operator.get(saved.headers["Location"]))
        assert "In force since" in page
        assert "Ventes/</span><a" in page
        assert Department.objects.get(name="Export").full_name == "Ventes/Export"
        assert f"/operator/groups/{company.group.pk}/lines/?department={sales.pk}" in page
        again = operator.post(f"{address}add/", {"name": "Export", "parent": str(sales.pk)})
        assert (again.status_code, "Already used by Export" in text(again)) == (422, True)

    def test_a_department_is_renamed_and_moved(self, operator: Client, company: Company) -> None:
        sales, plant = Department.objects.get(name="Ventes"), Department.objects.get(name="Usine")
        address = f"/operator/departments/{sales.pk}/"
        saved = operator.post(address, {"name": "Achats", "parent": str(plant.pk), "seen_version": "1"})
        assert "version 2" in text(operator.get(saved.headers["Location"]))
        assert Line.objects.get(pk=company.sylvie.line.pk).department_key == "usine/achats"
        assert operator.post(address, {"name": "Late", "seen_version": "1"}).status_code == 409
        for name, words in (("", "Fill in this field"), ("a/b", "Remove the character /")):
            refused = operator.post(address, {"name": name, "parent": str(plant.pk), "seen_version": "2"})
            assert (refused.status_code, words in text(refused)) == (422, True)
        inside = operator.post(
            f"/operator/departments/{plant.pk}/",
            {"name": "Usine", "parent": str(sales.pk), "seen_version": "1"},
        )
        assert (inside.status_code, 'href="#id_parent"' in text(inside)) == (422, True)

    def test_what_is_in_a_department_is_listed_with_links(self, operator: Client, company: Company) -> None:
        sales = Department.objects.get(name="Ventes")
        address = f"/operator/departments/{sales.pk}/delete/"
        page = text(operator.get(address))
        assert f"/operator/groups/{company.group.pk}/lines/?department={sales.pk}" in page
        assert f'href="/lines/{company.denis.line.pk}/details/"' in page
        kept = operator.post(address)
        assert (kept.status_code, "This department is not empty" in text(kept)) == (422, True)
        plant = Department.objects.get(name="Usine")
        Line.objects.filter(department=plant).update(department=sales)
        gone = operator.post(f"/operator/departments/{plant.pk}/delete/")
        assert "In force since" in text(operator.get(gone.headers["Location"]))
        assert list(Department.objects.filter(group=company.group)) == [sales]

    def test_a_list_kept_to_a_department_that_is_gone_shows_all(
        self, operator: Client, company: Company, sign_in: SignIn
    ) -> None:
        marie, plant = sign_in(company.marie), Department.objects.get(name="Usine")
        assert "Sylvie" not in text(marie.get(f"/lines/?department={plant.pk}"))
        Line.objects.filter(department=plant).update(department=None)
        operator.post(f"/operator/departments/{plant.pk}/delete/")
        assert "Sylvie" in text(marie.get("/lines/"))


class TestLists:
    def test_one_groups_lines_are_listed_and_searched(self, operator: Client, company: Company) -> None:
        address = f"/operator/groups/{company.group.pk}/lines/"
        page = text(operator.get(address))
        assert "Sylvie Roy" in page
        assert "Charlie" not in page
        assert f"/operator/lines/{company.sylvie.line.pk}/" in page
        found = text(operator.get(address, {"q": "usine"}))
        assert ("Sylvie Roy" in found, "mile" in found) == (False, True)

    def test_they_are_limited_to_a_department_of_the_group(self, operator: Client, company: Company) -> None:
        address = f"/operator/groups/{company.group.pk}/lines/"
        plant = Department.objects.get(name="Usine")
        assert "Sylvie Roy" not in text(operator.get(address, {"department": plant.pk}))
        other = company.charlie.line.group_id
        assert operator.get(f"/operator/groups/{other}/lines/?department={plant.pk}").status_code == 404


def new_line(**values: object) -> dict[str, object]:
    return {
        "number": "514 555-0120", "kind": "user", "name": "Zoé Lavoie", "extension": "320", "language": "fr",
        "department": Department.objects.get(name="Usine").pk, "with_voicemail": "on", "with_user": "on",
        "class_of_service_id": ClassOfService.objects.get(name="Standard").pk, "with_phone": "on", **values,
    }  # fmt: skip


class TestAdding:
    def test_a_line_comes_whole_and_shows_its_secrets_once(self, operator: Client, company: Company) -> None:
        address = f"/operator/groups/{company.group.pk}/lines/add/"
        assert '<option value="514-555-0100">' in text(operator.get(address))
        answer = operator.post(address, new_line())
        page = text(answer)
        assert answer.status_code == 200
        assert "In force since" in page
        password, pin, account, secret = secrets_in(page)
        line = Line.objects.get(number="+15145550120")
        assert (line.name, line.extension_digits, line.department_key) == ("Zoé Lavoie", "320", "usine")
        assert (line.language, line.kind) == ("fr", "user")
        assert Phone.objects.get(line=line).sip_user == account
        visitor = Client(headers={"host": "127.0.0.1"})
        signed = visitor.post("/sign-in/", {"number": "514 555-0120", "password": password})
        assert signed.status_code == 302
        later = text(operator.get(f"/operator/lines/{line.pk}/"))
        assert account in later
        for shown_once in (password, pin, secret):
            assert shown_once not in later

    @pytest.mark.parametrize("kind", [kind.value for kind in LineKind])
    def test_each_type_is_created(self, operator: Client, company: Company, kind: str) -> None:
        parts = {"mailbox_only": {"with_voicemail": "on"}}.get(kind, {})
        values = new_line(kind=kind, with_voicemail="", with_user="", with_phone="", extension="") | parts
        answer = operator.post(f"/operator/groups/{company.group.pk}/lines/add/", values)
        assert answer.status_code == 200, text(answer)
        assert Line.objects.get(number="+15145550120").kind == kind

    @pytest.mark.parametrize(
        ("values", "fields"),
        [
            ({"number": ""}, {"number"}),
            ({"number": "abc"}, {"number"}),
            ({"number": "514 555-0160"}, {"number"}),
            ({"number": "514 555-0103"}, {"number"}),
            ({"name": ""}, {"name"}),
            ({"name": "x" * 65}, {"name"}),
            ({"class_of_service_id": ""}, {"class_of_service_id"}),
            ({"extension": "203"}, {"extension"}),
            ({"extension": "911"}, {"extension"}),
            ({"extension": "x", "name": ""}, {"extension", "name"}),
            ({"kind": "basic"}, {"with_voicemail", "with_user"}),
            ({"kind": "pilot"}, {"with_user", "with_phone"}),
            ({"kind": "mailbox_only", "with_voicemail": "", "with_phone": ""}, {"with_voicemail"}),
            ({"kind": "robot"}, {"kind"}),
            ({"department": "99999"}, {"department"}),
        ],
    )
    def test_a_refused_line_leaves_nothing(
        self, operator: Client, company: Company, values: dict[str, object], fields: set[str]
    ) -> None:
        before = (Line.objects.count(), Extension.objects.count(), Phone.objects.count())
        answer = operator.post(f"/operator/groups/{company.group.pk}/lines/add/", new_line(**values))
        assert answer.status_code == 422
        assert set(re.findall(r'href="#id_(\w+)"', text(answer))) == fields
        assert before == (Line.objects.count(), Extension.objects.count(), Phone.objects.count())

    def test_a_refusal_is_in_the_operators_language(self, operator: Client, company: Company) -> None:
        User.objects.filter(login="nadia").update(language="fr")
        answer = operator.post(f"/operator/groups/{company.group.pk}/lines/add/", new_line(name=""))
        assert "Remplissez ce champ" in text(answer) or "Remplir ce champ" in text(answer)


class TestOneLine:
    def test_number_type_and_class_are_changed(self, operator: Client, company: Company) -> None:
        line = company.sylvie.line
        address = f"/operator/lines/{line.pk}/service/"
        plan = ClassOfService.objects.create(name="Local", permitted=["internal", "emergency"])
        values = {
            "seen_version": "1", "number": "514 555-0121", "kind": "user", "class_of_service_id": plan.pk,
        }  # fmt: skip
        saved = operator.post(address, values)
        assert saved.status_code == 302, text(saved)
        assert "version 2" in text(operator.get(saved.headers["Location"]))
        line.refresh_from_db()
        assert (line.number, line.class_of_service_id) == ("+15145550121", plan.pk)
        assert User.objects.get(line=line).login == "+15145550121"
        assert operator.post(address, values | {"number": "514 555-0122"}).status_code == 409
        taken = operator.post(address, values | {"seen_version": "2", "number": "514 555-0102"})
        assert (taken.status_code, "Already used by Denis Gagnon" in text(taken)) == (422, True)
        basic = operator.post(address, values | {"seen_version": "2", "kind": "basic"})
        assert (basic.status_code, 'href="#id_kind"' in text(basic)) == (422, True)

    def test_a_line_is_suspended_and_resumed(self, operator: Client, company: Company) -> None:
        address = f"/operator/lines/{company.sylvie.line.pk}/"
        assert operator.get(f"{address}suspend/").status_code == 200
        saved = operator.post(f"{address}suspend/")
        page = text(operator.get(saved.headers["Location"]))
        assert "In force since" in page
        assert "This line is suspended." in page
        operator.post(f"{address}suspend/")
        assert not Line.objects.get(pk=company.sylvie.line.pk).suspended

    def test_secrets_are_handed_out_once(self, operator: Client, company: Company, sign_in: SignIn) -> None:
        address = f"/operator/lines/{company.sylvie.line.pk}/secrets/"
        own = f"/lines/{company.sylvie.line.pk}/availability/"
        sylvie = sign_in(company.sylvie)
        assert sylvie.get(own).status_code == 200
        assert secrets_in(text(operator.get(address))) == []
        answer = operator.post(address, {"password": "on", "pin": "on"})
        password, pin = secrets_in(text(answer))
        assert (len(password), len(pin)) == (12, 6)
        assert sylvie.get(own).status_code == 302
        assert operator.post(address, {}).status_code == 422
        visitor = Client(headers={"host": "127.0.0.1"})
        signed = visitor.post("/sign-in/", {"number": company.sylvie.number, "password": password})
        assert signed.status_code == 302

    def test_a_line_is_deleted_once_its_number_is_typed(self, operator: Client, company: Company) -> None:
        line = company.sylvie.line
        CallSettings.objects.filter(line=company.denis.line).update(busy="number", busy_to="203")
        address = f"/operator/lines/{line.pk}/delete/"
        page = text(operator.get(address))
        assert f'<a href="/lines/{company.denis.line.pk}/">Denis Gagnon</a>' in page
        assert "the extension 203" in page
        assert Phone.objects.get(line=line).sip_user in page
        version = Line.objects.get(pk=line.pk).version
        wrong = operator.post(address, {"seen_version": version, "typed_number": "514 555-0102"})
        assert (wrong.status_code, 'href="#id_typed_number"' in text(wrong)) == (422, True)
        gone = operator.post(address, {"seen_version": version, "typed_number": "514 555-0103"})
        page = text(operator.get(gone.headers["Location"]))
        assert "In force since" in page
        assert "Sylvie Roy" not in page
        assert operator.get(address).status_code == 404

    def test_the_last_administrator_is_kept_with_the_reason(self, operator: Client, company: Company) -> None:
        line = Line.objects.get(pk=company.marie.line.pk)
        answer = operator.post(
            f"/operator/lines/{line.pk}/delete/",
            {"seen_version": line.version, "typed_number": company.marie.number},
        )
        assert (answer.status_code, "last administrator" in text(answer)) == (422, True)

    def test_every_page_of_a_line_without_parts_opens(self, operator: Client, company: Company) -> None:
        operator.post(
            f"/operator/groups/{company.group.pk}/lines/add/",
            new_line(kind="common_area", with_voicemail="", with_user="", with_phone="", extension=""),
        )
        line = Line.objects.get(number="+15145550120")
        for part in ("", "service/", "suspend/", "secrets/", "delete/"):
            assert operator.get(f"/operator/lines/{line.pk}/{part}").status_code == 200, part
