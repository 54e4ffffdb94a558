"""Two people on one object, one button pressed twice, an object that is gone: nothing lost, nothing done twice.

Which forms there are is read from the pages: a new one that carries a version fails until it stands here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import resolve, reverse
from tests.db.pages.answers import Answer
from tests.db.pages.test_every_route import addresses
from tests.db.pages.things import Things
from tests.fakes.html_page import Page
from tests.fakes.portal_company import BUILDER, NOW

from carillon.features.accounts.models import User
from carillon.features.audit.models import AuditEntry
from carillon.features.classes_of_service.models import ClassOfService
from carillon.features.classes_of_service.services import create_class_of_service
from carillon.features.departments.models import Department
from carillon.features.feedback.models import Feedback
from carillon.features.line_imports.models import LineImport
from carillon.features.lines.models import Line
from carillon.features.number_blocks.models import NumberBlock
from carillon.features.trunks.models import Route, Trunk
from carillon.web.lists.selected import digest_of

Entries = dict[str, Any]
RING = {
    "mode": "account_phone", "no_answer": "voicemail", "busy": "voicemail", "together-rows": "0",
    "in_order-rows": "0", "action": "save",
}  # fmt: skip
GROUP = {
    "language": "fr", "timezone": "America/Toronto", "home_region": "CA", "main_number": "",
    "emergency_callback": "", "outside_prefix": "", "seven_digit_area_code": "", "local_area_codes": "514",
}  # fmt: skip
TRUNK = {"host": "192.0.2.1", "port": "5060", "transport": "udp", "username": "u", "source_addresses": ""}


@dataclass(frozen=True)
class Edit:
    """A form with a version: what one person enters, and what another saves first."""

    name: str
    mine: Callable[[Things], Entries]
    theirs: Callable[[Things], Entries]
    by: str = "operator"
    other: str = "operator"
    of: str = "sylvie"


def _same(**entries: Any) -> Callable[[Things], Entries]:
    return lambda _: entries


EDITS = (
    Edit("incoming-calls", _same(**RING, no_answer_seconds="45"), _same(**RING, no_answer_seconds="60"), "sylvie", "marie"),
    Edit("availability", _same(dnd="on"), _same(dnd="on"), "sylvie", "marie"),
    Edit(
        "call-settings",
        _same(**{"name": "Zoé A", "calling_name": "ZA", "speed-rows": "0", "action": "save"}),
        _same(**{"name": "Zoé B", "calling_name": "ZB", "speed-rows": "0", "action": "save"}),
        "sylvie", "marie",
    ),
    Edit(
        "message-settings",
        _same(email_on="on", email_to="a@example.com", keep_copy="on"),
        _same(email_to="b@example.com"),
        "sylvie", "marie",
    ),
    Edit("account-settings", _same(language="en"), _same(language="fr"), "marie", "sylvie", "sylvie"),
    Edit(
        "line-details",
        _same(name="Zoé A", language="fr", emergency_address="1, rue A", role="subscriber", scope=""),
        _same(name="Zoé B", language="en", emergency_address="", role="subscriber", scope=""),
        "marie", "operator",
    ),
    Edit("operator-group-details", _same(name="A", **GROUP), _same(name="B", **GROUP)),
    Edit("operator-group-grants", _same(features=["acd"], basic="1", premium=""), _same(permissions=["create_lines"], basic="", premium="2")),
    Edit("operator-department", _same(name="A", parent=""), _same(name="B", parent="")),
    Edit("operator-class", _same(name="A", permitted=["local"]), _same(name="B", permitted=["toll_free"])),
    Edit("operator-trunk", _same(label="A", secret="s1", **TRUNK), _same(label="B", secret="", **TRUNK)),
    Edit(
        "operator-route",
        lambda t: {"trunk_id": str(t.trunk_id), "position": "3", "classes": ["mobile"]},
        lambda t: {"trunk_id": str(t.trunk_id), "position": "4", "classes": ["local"]},
    ),
    Edit(
        "operator-line-service",
        lambda t: {"number": "514-555-0120", "kind": "user", "class_of_service_id": str(t.class_id)},
        lambda t: {"number": "514-555-0121", "kind": "user", "class_of_service_id": str(t.class_id)},
    ),
    Edit(
        "line-service",
        lambda t: {"number": "514-555-0120", "kind": "user", "class_of_service_id": str(t.class_id)},
        lambda t: {"number": "514-555-0121", "kind": "user", "class_of_service_id": str(t.class_id)},
        "marie",
    ),
)  # fmt: skip
OTHERWISE = {
    "reset-line": "test_reset.py: the page says that it was reset already",
    "undo-reset": "test_undo.py",
    "operator-line-delete": "gone is gone: the second is told so",
    "delete-line": "gone is gone: the second is told so",
}


def address_of(t: Things, name: str, of: str = "sylvie") -> str:
    return reverse(name, kwargs=t.address_of(name, of))


def seen_in(answer: Answer) -> Entries:
    """Return the versions a page was opened with."""
    page = Page(answer.content.decode())
    names = {one.attrs["name"] for one in page.elements if one.attrs.get("name", "").startswith("seen_")}
    return {name: page.held(name)[0] for name in names}


def entries_written() -> int:
    return AuditEntry.objects.count()


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_the_second_of_two_savers_is_told_and_loses_nothing(things: Things, edit: Edit) -> None:
    address = address_of(things, edit.name, edit.of)
    mine, client = edit.mine(things), things.clients[edit.by]
    old = seen_in(client.get(address))
    assert old
    other = things.clients[edit.other]
    theirs = other.post(address, edit.theirs(things) | seen_in(other.get(address)))
    assert theirs.status_code == 302, Page(theirs.content.decode()).by_id("refused")[0].text
    if edit.name == "availability":  # a switch has two places: the other saver's is back where it was
        again = other.post(address, {"dnd": "off"} | seen_in(other.get(address)))
        assert again.status_code == 302
    if edit.name == "account-settings":
        other.post(address, {"language": "fr"} | seen_in(other.get(address)))
        assert other.post(address, {"language": "en"} | seen_in(other.get(address))).status_code == 302
        assert other.post(address, {"language": "fr"} | seen_in(other.get(address))).status_code == 302
    before = entries_written()
    stale = client.post(address, mine | old)
    assert (stale.status_code, entries_written()) == (409, before)
    page = Page(stale.content.decode())
    (told,) = page.by_id("stale")
    assert "saved version" in told.text
    for name, value in mine.items():
        if name not in {"action", "secret"}:
            assert page.held(name) == (value if isinstance(value, list) else [value]), name
    saved = client.post(address, mine | seen_in(stale))
    after = entries_written()
    assert saved.status_code == 302
    assert after > before
    # pressed twice, from the page as it was: saved once
    twice = client.post(address, mine | seen_in(stale))
    assert (twice.status_code, entries_written()) == (302, after)


def test_every_form_with_a_version_stands_here(things: Things) -> None:
    found = set()
    for client in (things.clients["operator"], things.clients["marie"]):
        for address in addresses():
            path = reverse(address.name, kwargs=things.kwargs(address.objects))
            answer = client.get(path)
            if answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
                page = Page(answer.content.decode())
                for one in page.elements:
                    if (
                        one.form is not None
                        and one.attrs.get("value")
                        and one.attrs.get("name", "").startswith("seen_")
                    ):
                        action = one.form.attrs.get("action") or path
                        found.add(resolve(action.partition("?")[0]).url_name)
    assert found - {edit.name for edit in EDITS} - set(OTHERWISE) == set()
    assert {edit.name for edit in EDITS} - found == set()


def _file(text: str = "Number,Name\n5145550116,Ève\n") -> SimpleUploadedFile:
    return SimpleUploadedFile("lines.csv", text.encode(), "text/csv")


CREATIONS: dict[str, Callable[[Things], Entries]] = {
    "operator-group-add": lambda t: {
        "name": "Neuve", "language": "fr", "timezone": "America/Toronto", "first": "819 555-0100",
        "last": "819 555-0109", "local_area_codes": "", "lines": "2", "first_extension": "301",
        "class_of_service_id": str(t.class_id), "administrator": "Odile",
    },
    "operator-block-add": _same(first="514 555-0200", last="514 555-0209"),
    "operator-department-add": _same(name="Neuve", parent=""),
    "operator-class-add": _same(name="Or", permitted=["local"]),
    "operator-trunk-add": _same(name="neuf", label="Neuf", secret="", **TRUNK),
    "operator-route-add": lambda t: {"trunk_id": str(t.trunk_id), "group_id": "", "position": "7", "classes": ["mobile"]},
    "operator-line-add": lambda t: {
        "number": "514 555-0120", "kind": "user", "name": "Ève", "department": "", "extension": "220",
        "class_of_service_id": str(t.class_id), "language": "", "with_user": "on", "with_phone": "on",
    },
    "add-line": lambda t: {
        "number": "514 555-0120", "kind": "user", "name": "Ève", "department": "", "extension": "220",
        "class_of_service_id": str(t.class_id), "language": "", "with_user": "on", "with_phone": "on",
        "once": "drawn-with-the-page",
    },
    "feedback": _same(kind="idea", text="encore", page="/lines/"),
    "line-import-save": _same(),
    "operator-group-suspend": _same(wanted="on"),
    "operator-line-suspend": _same(wanted="on"),
    "lock-line": _same(),
    "unlock-line": _same(),
    "operator-line-delete": lambda t: {"seen_version": "1", "typed_number": "514 555-0103"},
    "delete-line": lambda t: {"seen_version": "1", "typed_number": "514 555-0103"},
    "delete-lines": lambda t: {
        "selected": f"{t.lines['sylvie']},{t.lines['attendant']}", "typed_count": "2",
        "seen_rows": digest_of([(t.lines["sylvie"], 1), (t.lines["attendant"], 1)]),
    },
    "operator-department-delete": _same(),
    "operator-route-delete": _same(),
    "operator-feedback-done": _same(),
    "reset-line": _same(seen_version="1", name="Ève", step="reset", remove_from_groups="on"),
    "move-lines": lambda t: {"selected": str(t.lines["sylvie"]), "department": ""},
    "language": _same(language="fr"),
}  # fmt: skip
"""What is created, switched or deleted, and by which entries; most by the operator."""


@pytest.mark.parametrize("name", CREATIONS)
def test_a_button_pressed_twice_acts_once(things: Things, name: str) -> None:
    hers = {"language", "feedback", "reset-line", "add-line", "delete-line", "delete-lines"}
    client = things.clients["marie" if name in hers else "operator"]
    if name == "unlock-line":
        client.post(address_of(things, "lock-line"))
    address, entries = address_of(things, name), CREATIONS[name](things)
    before, rows = entries_written(), things.rows()
    first = client.post(address, entries)
    assert first.status_code in {200, 302}, Page(first.content.decode()).by_id("refused")[0].text
    after = entries_written()
    created = things.rows()
    assert after > before or name == "language"
    twice = client.post(address, entries)
    assert twice.status_code in {200, 302, 404, 409, 422}
    assert (entries_written(), things.rows()) == (after, created), twice.status_code
    if twice.status_code != 302:
        assert Page(twice.content.decode()).elements
    assert rows


def test_a_file_chosen_twice_is_saved_once(things: Things) -> None:
    client, address = things.clients["operator"], address_of(things, "line-imports")
    pages = [client.post(address, {"file": _file()}).headers["Location"] for _ in range(2)]
    before = Line.objects.count()
    for page in (*pages, *pages):
        assert client.post(f"{page}save/").status_code == 302
    assert Line.objects.count() == before + 1
    assert AuditEntry.objects.filter(action="import").count() == 1
    assert set(LineImport.objects.filter(file_name="lines.csv").values_list("state", flat=True)) <= {
        "saved", "checked",
    }  # fmt: skip


GONE = [address for address in addresses() if {one for one in address.objects if one.endswith("_id")}]


def test_an_object_deleted_meanwhile_gives_a_message(things: Things) -> None:
    """Whatever the page is about has gone since it was opened; the reader is told so, on every address."""
    wrong = []
    client = things.clients["operator"]
    unused = create_class_of_service(actor=BUILDER, name="Or", permitted=(), now=NOW)
    things.objects["class_id"] = unused.pk
    paths = {
        (address.name, of): reverse(address.name, kwargs=things.kwargs(address.objects, of))
        for address in GONE
        for of in ("sylvie", "attendant")
    }
    for path in paths.values():
        client.get(path)
    Line.objects.exclude(pk=things.lines["marie"]).filter(group=things.company.group).delete()
    for kind, model in _models().items():
        if kind in things.objects:
            model.objects.filter(pk=things.objects[kind]).delete()
    for (name, _of), path in paths.items():
        if "group_id" in things.address_of(name):
            continue
        form = {"seen_version": "1", "snapshot": "1"}
        for answer in (client.get(path, follow=True), client.post(path, form)):
            page = Page(answer.content.decode())
            heads = [one.text for one in page.elements if one.tag == "h1"]
            if answer.status_code not in {404, 405} or (answer.status_code == 404 and not heads):
                wrong.append((name, answer.status_code, heads))
    assert wrong == []


def test_a_line_moved_out_of_scope_meanwhile_gives_a_message(things: Things) -> None:
    denis: Client = things.clients["denis"]
    sylvie = things.company.sylvie.line
    paths = [
        reverse(address.name, kwargs=things.kwargs(address.objects))
        for address in GONE
        if set(address.objects) == {"line_id"}
    ]
    assert denis.get(f"/lines/{sylvie.pk}/incoming-calls/").status_code == 200
    Line.objects.filter(pk=sylvie.pk).update(department=things.company.newcomer.line.department)
    before = entries_written()
    for path in paths:
        for answer in (
            denis.get(path, follow=True),
            denis.post(path, RING | {"seen_version": "1", "no_answer_seconds": "30"}),
        ):
            assert answer.status_code in {404, 405}, path
            assert answer.status_code == 405 or b"<h1>" in answer.content
    assert entries_written() == before


def test_an_administrator_whose_department_went_meanwhile_is_told(things: Things) -> None:
    User.objects.filter(pk=things.company.denis.user.pk).update(scope=Department.objects.get(name="Vide"))
    assert things.clients["denis"].post(address_of(things, "lock-line")).status_code == 404


def _models() -> dict[str, Any]:
    return {
        "route_id": Route, "trunk_id": Trunk, "block_id": NumberBlock, "feedback_id": Feedback,
        "import_id": LineImport, "department_id": Department, "class_id": ClassOfService,
    }  # fmt: skip
