"""Every form of the portal and the console, refused: entries kept, each message beside its field and in the summary.

Which forms there are is read from the pages themselves: one that stands in no table here fails the test.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import resolve, reverse
from tests.db.pages.answers import Answer
from tests.db.pages.refusals import CASES, Case, Entries
from tests.db.pages.test_every_route import addresses
from tests.db.pages.things import Things
from tests.fakes.html_page import Element, Page

from carillon.features.audit.models import AuditEntry

WITHOUT_ENTRIES = {
    "sign-out": "ends the session", "language": "a choice of two buttons", "theme": "a choice of buttons",
    "list-columns": "boxes; what is unknown is dropped", "list-density": "a choice of two buttons", "sessions": "a button", "lock-line": "a button",
    "unlock-line": "a button", "undo": "a button", "move-lines": "a choice; what is out of reach does not exist", "undo-reset": "a button", "erase-snapshot": "a button",
    "operator-group-suspend": "a button", "operator-line-suspend": "a button",
    "operator-block-delete": "a button", "operator-department-delete": "a button",
    "operator-class-delete": "a button", "operator-trunk-delete": "a button",
    "operator-route-delete": "a button", "operator-feedback-done": "a button",
    "line-import-save": "a button", "line-import-forget": "a button",
    "operator-line-secrets": "two boxes, any choice of which is good",
}  # fmt: skip
SIGNING_IN = {"sign-in", "operator-sign-in", "operator-code"}
"""One sentence, beside no field: it must not tell which entry is wrong (test_guessing.py)."""


def send(t: Things, case: Case) -> Answer:
    kwargs = t.address_of(case.name, case.of)
    entries = case.entries(t) | {"csrfmiddlewaretoken": "x"}
    return t.clients[case.by].post(reverse(case.name, kwargs=kwargs), entries)


def test_a_refused_form_keeps_its_entries_and_says_what_is_wrong_where(things: Things) -> None:
    wrong = {}
    before = AuditEntry.objects.count(), things.rows()
    for case in CASES:
        answer = send(things, case)
        if answer.status_code != 422 or (AuditEntry.objects.count(), things.rows()) != before:
            wrong[str(case)] = [f"answered {answer.status_code}, or something was saved"]
            continue
        page = Page(answer.content.decode())
        faults = (
            *_not_kept(page, case.entries(things)),
            *_not_said(page, case.refused),
            *_summary_faults(page, case.refused),
        )
        if faults:
            wrong[str(case)] = [*faults]
    assert wrong == {}


def _not_kept(page: Page, entries: Entries) -> Iterator[str]:
    yield from _entries_lost(page, entries)
    for box in page.elements:
        if (
            box.attrs.get("type") == "checkbox"
            and "checked" in box.attrs
            and box.attrs["name"] not in entries
        ):
            yield f"{box.attrs['name']}: ticked by itself"


def _entries_lost(page: Page, entries: Entries) -> Iterator[str]:
    for name, value in entries.items():
        if name in {"action", "step", "selected"}:
            continue
        wanted = value if isinstance(value, list) else [value]
        offered = page.offered(name)
        if not page.named(name):
            yield f"{name}: no such field"
        elif any(one.attrs.get("type") == "password" for one in page.named(name)):
            if any("value" in one.attrs for one in page.named(name)):
                yield f"{name}: a secret is shown"
        elif offered is not None:
            if page.held(name) != [one for one in wanted if one in offered] and set(wanted) & offered:
                yield f"{name}: {page.held(name)} instead of {wanted}"
        elif page.held(name) != wanted:
            yield f"{name}: {page.held(name)} instead of {wanted}"


def _not_said(page: Page, refused: tuple[str, ...]) -> Iterator[str]:
    for name in refused:
        fields = page.named(name)
        if not fields or not all(one.attrs.get("aria-invalid") == "true" for one in fields):
            yield f"{name}: is not marked as invalid"
        for one in fields:
            told = [found for wanted in one.described for found in page.by_id(wanted)]
            if not any(found.attrs.get("class") == "errorlist" and found.text.strip() for found in told):
                yield f"{name}: its message is not tied to it"
    for one in page.elements:
        for wanted in one.attrs.get("aria-describedby", "").split():
            if len(page.by_id(wanted)) != 1:
                yield f"{one.attrs.get('name', one.tag)}: described by {wanted}, which is not there once"


def _summary_faults(page: Page, refused: tuple[str, ...]) -> Iterator[str]:
    (summary,) = page.by_id("refused")
    if summary.attrs.get("role") != "alert":
        yield "the summary is not announced"
    links = [one for one in page.elements if one.tag == "a" and _is_inside(one, summary)]
    targets = [one.attrs["href"].removeprefix("#") for one in links]
    for target in targets:
        if len(page.by_id(target)) != 1:
            yield f"#{target} is not there once"
    for name in refused:
        places = {one.id for one in page.named(name)}
        for field in page.named(name):
            around = field.inside
            while around is not None and around.tag != "form":
                places.add(around.id)
                around = around.inside
        if not places & set(targets):
            yield f"{name} is not in the summary {targets}"
    if any(label.text.strip() == "" for label in links):
        yield "a link without a name"
    focused = [one for one in page.elements if "autofocus" in one.attrs]
    if len({one.attrs.get("name") for one in focused}) != 1:
        yield f"{len(focused)} fields have the focus"


def _is_inside(element: Element, other: Element) -> bool:
    around = element.inside
    while around is not None:
        if around is other:
            return True
        around = around.inside
    return False


def test_every_form_there_is_stands_in_a_table_here(things: Things) -> None:
    known = {case.name for case in CASES} | set(WITHOUT_ENTRIES) | SIGNING_IN
    found: dict[str, str] = {}
    for client in (things.clients["operator"], things.clients["marie"], things.visitor):
        for address in addresses():
            for line in ("sylvie", "attendant") if "line_id" in address.objects else ("sylvie",):
                path = reverse(address.name, kwargs=things.kwargs(address.objects, line))
                answer = client.get(path)
                if answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
                    page = Page(answer.content.decode())
                    for form in page.forms():
                        for action in _actions(page, form) or [path]:
                            found[resolve(action.partition("?")[0]).url_name or action] = path
    assert {name: where for name, where in found.items() if name not in known} == {}
    assert {case.name for case in CASES} - set(found) == set(), "no page has these forms any more"


def _actions(page: Page, form: Element) -> list[str]:
    """Return where a form is sent: its own address, or those of its buttons."""
    buttons = [
        one.attrs["formaction"] for one in page.elements if one.form is form and "formaction" in one.attrs
    ]
    return buttons or ([form.attrs["action"]] if "action" in form.attrs else [])
