"""The operator's pages: a company from one form, what it is granted, its numbers; and nobody else sees any of it."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver
from tests.db.pages.answers import Answer, streamed
from tests.db.pages.conftest import SignIn
from tests.fakes.portal_company import BUILDER, NOW, Company

from carillon.features.business_groups.models import BusinessGroup
from carillon.features.business_groups.services import switch_permission
from carillon.features.classes_of_service.models import ClassOfService
from carillon.features.line_imports.jobs import run_next
from carillon.features.line_imports.models import LineImport
from carillon.features.lines.models import Line
from carillon.features.number_blocks.models import NumberBlock
from carillon.features.phones.models import Phone
from carillon.features.trunks.models import Route, Trunk


def new_group(**values: object) -> dict[str, object]:
    plan = ClassOfService.objects.get(name="Standard")
    return {
        "name": "Cèdre inc.", "language": "fr", "timezone": "America/Toronto", "first": "819 555-0100",
        "last": "819 555-0199", "local_area_codes": "873, 819", "lines": "50", "first_extension": "301",
        "class_of_service_id": plan.pk, "administrator": "Odile Cèdre", "sip_accounts": "on", **values,
    }  # fmt: skip


def text(answer: Answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_group_with_fifty_lines_takes_one_form(operator: Client) -> None:
    answer = operator.post("/operator/groups/add/", new_group())
    page = text(answer)
    assert answer.status_code == 200, page
    found = re.search(r"<code>(\w{12})</code>", page)
    assert found is not None
    group = BusinessGroup.objects.get(name="Cèdre inc.")
    lines = Line.objects.filter(group=group).order_by("number")
    assert (lines.count(), Phone.objects.filter(group=group).count()) == (50, 50)
    assert [line.name for line in lines[:2]] == ["Odile Cèdre", "Poste 302"]
    assert (lines[49].number, lines[49].extension_digits) == ("+18195550149", "350")
    assert group.local_area_codes == ["873", "819"]
    visitor = Client(headers={"host": "127.0.0.1"})
    signed = visitor.post("/sign-in/", {"number": "819 555-0100", "password": found.group(1)})
    assert signed.status_code == 302
    for part in ("", "lines/", "blocks/", "details/", "grants/", "suspend/"):
        assert operator.get(f"/operator/groups/{group.pk}/{part}").status_code == 200, part


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "Érable et fils"}, "name"),
        ({"name": ""}, "name"),
        ({"first": "abc"}, "first"),
        ({"last": "819 555-0010"}, "last"),
        ({"first": "514 555-0110", "last": "514 555-0140"}, "first"),
        ({"lines": "101"}, "lines"),
        ({"lines": "-1"}, "lines"),
        ({"first_extension": "911"}, "first_extension"),
        ({"first_extension": "x"}, "first_extension"),
        ({"administrator": ""}, "administrator"),
        ({"class_of_service_id": ""}, "class_of_service_id"),
        ({"timezone": "Mars"}, "timezone"),
        ({"local_area_codes": "99999"}, "local_area_codes"),
    ],
)
def test_a_refused_group_leaves_nothing_and_keeps_the_entries(
    operator: Client, values: dict[str, object], field: str
) -> None:
    before = (BusinessGroup.objects.count(), NumberBlock.objects.count(), Line.objects.count())
    answer = operator.post("/operator/groups/add/", new_group(**values))
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in text(answer)
    assert "819 555-0199" in text(answer) or "last" in values
    assert before == (BusinessGroup.objects.count(), NumberBlock.objects.count(), Line.objects.count())


def test_details_and_grants_are_saved_with_a_receipt(operator: Client, company: Company) -> None:
    address = f"/operator/groups/{company.group.pk}/details/"
    values = {
        "seen_version": "1", "name": "Érable et filles", "language": "en", "timezone": "America/Halifax",
        "home_region": "CA", "main_number": "514 555-0101", "emergency_callback": "", "outside_prefix": "9",
        "seven_digit_area_code": "514", "local_area_codes": "438 450", "locked_lines_ring": "on",
    }  # fmt: skip
    saved = operator.post(address, values)
    assert saved.status_code == 302, text(saved)
    assert "version 2" in text(operator.get(saved.headers["Location"]))
    stale = operator.post(address, {**values, "name": "Late"})
    assert stale.status_code == 409
    refused = operator.post(address, {**values, "seen_version": "2", "main_number": "418 555-0101"})
    assert (refused.status_code, "is in no number block" in text(refused)) == (422, True)
    grants = {
        "seen_version": "2",
        "features": ["acd", "call_logs"],
        "permissions": ["create_lines"],
        "basic": "3",
        "premium": "",
    }
    assert operator.post(f"/operator/groups/{company.group.pk}/grants/", grants).status_code == 302
    group = BusinessGroup.objects.get(pk=company.group.pk)
    assert (group.name, group.main_number, group.outside_prefix) == ("Érable et filles", "+15145550101", "9")
    assert (group.features, group.permissions) == (["acd", "call_logs"], ["create_lines"])
    assert (group.basic_acd_licences, group.premium_acd_licences) == (3, None)


def test_a_suspended_group_is_signed_out(operator: Client, company: Company, sign_in: SignIn) -> None:
    marie = sign_in(company.marie)
    assert marie.get("/lines/").status_code == 200
    operator.post(f"/operator/groups/{company.group.pk}/suspend/")
    assert marie.get("/lines/").status_code == 302
    operator.post(f"/operator/groups/{company.group.pk}/suspend/")
    assert not BusinessGroup.objects.get(pk=company.group.pk).suspended


def test_blocks_are_given_and_taken_back_when_unused(operator: Client, company: Company) -> None:
    address = f"/operator/groups/{company.group.pk}/blocks/"
    operator.post(f"{address}add/", {"first": "514 555-0140", "last": "514 555-0149"})
    assert (
        operator.post(f"{address}add/", {"first": "514 555-0145", "last": "514 555-0155"}).status_code == 422
    )
    used, spare = NumberBlock.objects.filter(group=company.group).order_by("first")
    kept = operator.post(f"/operator/blocks/{used.pk}/delete/")
    assert (kept.status_code, "Still used by" in text(kept)) == (422, True)
    assert operator.post(f"/operator/blocks/{spare.pk}/delete/").status_code == 302
    assert list(NumberBlock.objects.filter(group=company.group)) == [used]


def test_classes_trunks_and_routes_are_managed(operator: Client, company: Company) -> None:
    operator.post("/operator/classes/add/", {"name": "Local", "permitted": ["internal", "local"]})
    plan = ClassOfService.objects.get(name="Local")
    assert plan.permitted == ["emergency", "internal", "local"]
    change = {"name": "Ville", "permitted": ["internal"], "seen_version": "1"}
    assert operator.post(f"/operator/classes/{plan.pk}/", change).status_code == 302
    trunk = {"name": "carrier", "label": "Carrier", "host": "192.0.2.9", "port": "5061", "transport": "tls"}
    assert operator.post("/operator/trunks/add/", trunk).status_code == 302
    row = Trunk.objects.get(name="carrier")
    route = {"trunk_id": row.pk, "group_id": company.group.pk, "position": "1", "classes": ["local"]}
    assert operator.post("/operator/routes/add/", route).status_code == 302
    (way,) = Route.objects.filter(trunk=row)
    changed = {**route, "classes": ["local", "mobile"], "seen_version": "1"}
    assert operator.post(f"/operator/routes/{way.pk}/", changed).status_code == 302
    secret = row.secret
    assert (
        operator.post(
            f"/operator/trunks/{row.pk}/", {**trunk, "port": "5060", "seen_version": "1"}
        ).status_code
        == 302
    )
    row.refresh_from_db()
    assert (row.port, row.secret) == (5060, secret)
    for page in ("/operator/", "/operator/classes/", "/operator/trunks/", f"/operator/trunks/{row.pk}/"):
        assert operator.get(page).status_code == 200
    assert operator.post(f"/operator/trunks/{row.pk}/delete/").status_code == 422
    for address in (f"routes/{way.pk}", f"trunks/{row.pk}", f"classes/{plan.pk}"):
        assert operator.post(f"/operator/{address}/delete/").status_code == 302
    standard = ClassOfService.objects.get(name="Standard")
    assert operator.post(f"/operator/classes/{standard.pk}/delete/").status_code == 422


def upload(client: Client, group_id: int, content: str) -> LineImport:
    file = SimpleUploadedFile("lignes.csv", content.encode(), content_type="text/csv")
    answer = client.post(f"/groups/{group_id}/line-imports/", {"file": file})
    assert answer.status_code == 302, text(answer)
    return LineImport.objects.get(pk=int(answer.headers["Location"].strip("/").split("/")[-1]))


class TestImporting:
    def test_shows_what_it_would_do_then_saves(self, operator: Client, company: Company) -> None:
        row = upload(operator, company.group.pk, "Number,Name,Department\n5145550120,Zoé,Ventes/Nuit\n")
        page = text(operator.get(f"/line-imports/{row.pk}/"))
        assert "Zoé" in page
        assert "Ventes/Nuit" in page
        assert not Line.objects.filter(number="+15145550120").exists()
        saved = operator.post(f"/line-imports/{row.pk}/save/")
        assert "In force since" in text(operator.get(saved.headers["Location"]))
        assert Line.objects.get(number="+15145550120").name == "Zoé"
        again = operator.post(f"/line-imports/{row.pk}/save/")
        assert again.status_code == 302

    def test_lists_errors_and_lets_them_be_downloaded(self, operator: Client, company: Company) -> None:
        row = upload(operator, company.group.pk, "Number,Name\n=CMD(),<b>x</b>\n")
        page = text(operator.get(f"/line-imports/{row.pk}/"))
        assert "=CMD()" in page
        assert "<b>x" not in page
        file = streamed(operator.get(f"/line-imports/{row.pk}/errors/")).decode()
        assert file.startswith("\ufeffRow,Column,Value,Reason\r\n2,Number,'=CMD(),")
        assert "Save" not in page.partition("<main")[2].partition("Errors")[0]

    def test_leaves_a_large_file_to_the_worker(self, operator: Client, company: Company) -> None:
        rows = "".join(f"51455501{index % 30:02d},A{index}\n" for index in range(600))
        row = upload(operator, company.group.pk, f"Number,Name\n{rows}")
        assert "hx-get" in text(operator.get(f"/line-imports/{row.pk}/")).partition('id="import"')[2]
        assert run_next(now=NOW)
        fragment = operator.get(f"/line-imports/{row.pk}/progress/", headers={"hx-request": "true"})
        assert text(fragment).startswith('<div id="import">')

    def test_can_be_dropped(self, operator: Client, company: Company) -> None:
        row = upload(operator, company.group.pk, "Number,Name\n5145550120,Z\n")
        assert operator.post(f"/line-imports/{row.pk}/forget/").status_code == 302
        assert not LineImport.objects.exists()

    def test_is_for_who_may(self, operator: Client, company: Company, sign_in: SignIn) -> None:
        row = upload(operator, company.group.pk, "Number,Name\n5145550120,Z\n")
        marie = sign_in(company.marie)
        pages = (f"/line-imports/{row.pk}/", f"/groups/{company.group.pk}/line-imports/")
        assert {marie.get(page).status_code for page in pages} == {404}
        switch_permission(
            actor=BUILDER, group_id=company.group.pk, permission="create_lines", on=True, now=NOW
        )
        assert {marie.get(page).status_code for page in pages} == {200}
        for stranger in (company.denis, company.sylvie, company.charlie):
            client = sign_in(stranger)
            assert {client.get(page).status_code for page in pages} == {404}


def test_nobody_else_sees_a_page_of_the_console(company: Company, sign_in: SignIn) -> None:
    names = {
        "group_id": company.group.pk, "block_id": NumberBlock.objects.all()[0].pk,
        "class_id": ClassOfService.objects.all()[0].pk, "trunk_id": 1, "route_id": 1, "feedback_id": 1,
        "department_id": company.marie.line.department_id, "line_id": company.sylvie.line.pk,
    }  # fmt: skip
    patterns = [
        possibility[0]
        for key, found in get_resolver().reverse_dict.lists()
        if isinstance(key, str) and (key == "operator" or key.startswith("operator-"))
        for possibilities, *_rest in found
        for possibility in possibilities
    ]
    addresses = [
        "/" + pattern % names for pattern in patterns if "sign-in" not in pattern and "code" not in pattern
    ]
    assert len(addresses) > 20
    for person in (company.marie, company.denis, company.sylvie, company.charlie):
        client = sign_in(person)
        for address in addresses:
            assert client.get(address).status_code == 404, address
            assert client.post(address, {}).status_code == 404, address
    visitor = Client(headers={"host": "127.0.0.1"})
    for address in addresses:
        assert visitor.get(address).headers["Location"].startswith("/operator/sign-in/"), address


def test_comments_are_read_and_marked_as_done(operator: Client, company: Company, sign_in: SignIn) -> None:
    sylvie = sign_in(company.sylvie)
    sylvie.post("/feedback/", {"kind": "idea", "text": "<b>Plus grand</b>", "page": "/lines/"})
    page = text(operator.get("/operator/feedback/"))
    assert "&lt;b&gt;Plus grand&lt;/b&gt;" in page
    assert "Sylvie Roy" in page
    address = re.search(r"/operator/feedback/\d+/done/", page)
    assert address is not None
    assert "Plus grand" in text(operator.get(address.group()))
    done = operator.post(address.group(), follow=True)
    assert "Mark as done" not in text(done)
    assert sylvie.get("/operator/feedback/").status_code == 404
