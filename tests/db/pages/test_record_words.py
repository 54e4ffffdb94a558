"""The record of changes is in words: no raw choice, identifier or instant, and no change that shows nothing."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.utils import translation
from tests.db.pages.answers import read
from tests.db.pages.conftest import SignIn
from tests.fakes.portal_company import BUILDER, NOW, Company

from carillon.calls.model import CallClass
from carillon.features.accounts.choices import Role
from carillon.features.accounts.queries import access_for
from carillon.features.accounts.services import grant_role
from carillon.features.audit.models import AuditEntry
from carillon.features.business_groups.choices import GroupFeature, GroupPermission
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.business_groups.services import Grants, GroupDetails, change_grants, change_group
from carillon.features.classes_of_service.services import change_permitted, create_class_of_service
from carillon.features.feedback.choices import FeedbackState
from carillon.features.line_actions.services import lock_line_account, unlock_line_account
from carillon.features.line_imports.services import save_lines
from carillon.features.trunks.services import TrunkAddress, create_route, create_trunk
from carillon.web.changes import LABELS, LABELS_OF, UNTOLD, tell
from carillon.web.csv_files import write_csv
from carillon.web.recorded_values import value_in_words

LANGUAGES = pytest.mark.parametrize("language", ["fr", "en"])
LISTED: dict[str, type[models.TextChoices]] = {"features": GroupFeature, "permissions": GroupPermission}

OTHERS = {"LineImport", "LineSnapshot", "Feedback"}
"""Their `kind` and `state` are not in the record under these names, but for the state of a comment."""


def chosen() -> dict[str, list[tuple[str, object]]]:
    """Return the choices of every field that the record shows, by its name."""
    found: dict[str, list[tuple[str, object]]] = {
        name: [(str(value), label) for value, label in choices.choices] for name, choices in LISTED.items()
    }
    for model in apps.get_models():
        if not model.__module__.startswith("carillon.") or model.__name__ in OTHERS:
            continue
        for field in model._meta.concrete_fields:
            if field.choices and field.name in LABELS:
                found[field.name] = [(str(value), label) for value, label in field.flatchoices]
    return found


@LANGUAGES
def test_every_choice_has_the_label_of_its_page(language: str) -> None:
    fields = chosen()
    assert {"role", "kind", "mode", "no_answer", "busy", "language", *LISTED} <= set(fields)
    with translation.override(language):
        for name, choices in fields.items():
            assert {value: value_in_words(name, value) for value, _label in choices} == {
                value: str(label) for value, label in choices
            }, name
        for one in FeedbackState:
            assert value_in_words("state", one.value) == str(one.label)


@LANGUAGES
def test_what_is_granted_is_named(company: Company, sign_in: SignIn, language: str) -> None:
    before = company.group.version
    grants = Grants([GroupFeature.ACD.value], [GroupPermission.CREATE_LINES.value], basic=3, premium=None)
    change_grants(actor=BUILDER, group_id=company.group.pk, grants=grants, seen_version=before, now=NOW)
    page = shown(sign_in(company.marie, language))
    with translation.override(language):
        for words in (GroupFeature.ACD, GroupFeature.HUNT_GROUPS, GroupPermission.CREATE_LINES):
            assert str(words.label) in page
        assert str(Role.GROUP_ADMINISTRATOR.label) in page
    unlimited = {"fr": "Illimité", "en": "Unlimited"}[language]
    assert f'<span class="old-value">{unlimited}</span>' in page
    for raw in (*GroupFeature.values, *GroupPermission.values, *Role.values):
        assert f" {raw}" not in page
        assert f">{raw}" not in page


def shown(client: Client) -> str:
    """Return the list of the record, from its heading on."""
    page = read(client.get("/record/"))
    return page[page.index('<div id="list">') :]


def test_a_lock_shows_when_it_was_set_and_by_whom(company: Company, sign_in: SignIn) -> None:
    access = access_for(company.marie.user)
    lock_line_account(access=access, line_id=company.sylvie.line.pk, now=NOW)
    unlock_line_account(access=access, line_id=company.sylvie.line.pk, now=NOW)
    page = shown(sign_in(company.marie))
    assert "November 23, 2026 at 10:05\u00a0a.m." in page
    assert "2026-11-23T15:05" not in page.replace("datetime='2026-11-23T15:05", "")
    assert '<span class="old-value">Marie Tremblay (514-555-0101)</span>' in page


def test_every_change_shows_something_in_names(company: Company) -> None:
    """Whatever is recorded has its label, and no value of it is a number of a row."""
    _change_much(company)
    entries = list(AuditEntry.objects.all())
    assert {entry.kind for entry in entries} >= {
        "route",
        "trunk",
        "business_group",
        "class_of_service",
        "user",
    }
    with translation.override("en"):
        for entry in entries:
            told = tell(entry)
            recorded = set(entry.old) | set(entry.new)
            assert {name for name in recorded if (entry.kind, name) not in LABELS_OF} <= set(LABELS) | UNTOLD
            assert told.action or told.differences, (entry.kind, entry.action)
            assert not {"scope_id", "group_id"} & recorded
            for name in ("trunk_id", "class_of_service_id"):
                assert isinstance(entry.new.get(name, ""), str)
                assert isinstance(entry.old.get(name, ""), str)
    route = AuditEntry.objects.get(kind="route")
    assert (route.label, route.new["trunk_id"]) == ("Réseau 1", "Réseau")
    scope = AuditEntry.objects.filter(kind="user", new__role=Role.DEPARTMENT_ADMINISTRATOR.value).latest("pk")
    assert scope.new["scope"] == "Ventes"


def _change_much(company: Company) -> None:
    group = BusinessGroup.objects.get(pk=company.group.pk)
    details = GroupDetails(
        group.name,
        local_area_codes=("514",),
        show_main_number=True,
        seven_digit_area_code="514",
        locked_lines_ring=True,
    )
    change_group(actor=BUILDER, group_id=group.pk, details=details, seen_version=group.version, now=NOW)
    trunk = create_trunk(
        actor=BUILDER, name="net", label="Réseau", address=TrunkAddress("192.0.2.1"), now=NOW
    )
    create_route(actor=BUILDER, trunk_id=trunk.pk, classes={CallClass.LOCAL}, now=NOW)
    plan = company.marie.line.class_of_service
    change_permitted(
        actor=BUILDER, class_of_service_id=plan.pk, permitted={CallClass.LOCAL}, seen_version=1, now=NOW
    )
    grant_role(
        actor=BUILDER,
        user_id=company.sylvie.user.pk,
        role=Role.DEPARTMENT_ADMINISTRATOR,
        scope_id=company.sylvie.line.department_id,
        now=NOW,
    )
    _import_another_class(company)


def _import_another_class(company: Company) -> None:
    create_class_of_service(actor=BUILDER, name="Atelier", permitted={CallClass.LOCAL}, now=NOW)
    titles = ("Number", "Name", "Class of service")
    data = b"".join(write_csv(titles, [("514 555-0103", "Sylvie Roy", "Atelier")]))
    assert save_lines(actor=BUILDER, group_id=company.group.pk, data=data, label="x", now=NOW).faults == []
    changed = AuditEntry.objects.filter(kind="line", action="change").latest("pk")
    assert (changed.old["class_of_service_id"], changed.new["class_of_service_id"]) == ("Standard", "Atelier")
