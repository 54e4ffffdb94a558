"""One of each thing that a page of the portal shows, so that every page can be looked at; and companies for errands.

Everything here gets the first numbers of its kind, in the order it is made: `tests/browser/addresses.py` names them.
"""

from __future__ import annotations

from datetime import timedelta

from tests.fakes.portal_company import BUILDER, NOW, Company, Place, make_person

from carillon import clock
from carillon.calls.model import CallClass
from carillon.features.accounts.choices import Role
from carillon.features.accounts.queries import access_for
from carillon.features.accounts.services import grant_role
from carillon.features.business_groups.services import create_group, switch_permission
from carillon.features.classes_of_service.models import ClassOfService
from carillon.features.departments.services import create_department
from carillon.features.feedback.services import mark_done, send_feedback
from carillon.features.line_actions.services import ResetLine, lock_line_account, reset_line
from carillon.features.line_imports.choices import ImportState
from carillon.features.line_imports.models import LineImport
from carillon.features.line_imports.services import check_import, save_import, start_import
from carillon.features.lines.services import NewLine, create_line
from carillon.features.number_blocks.services import create_block
from carillon.features.trunks.services import TrunkAddress, create_route, create_trunk
from carillon.web.csv_files import write_csv

TITLES = ("Number", "Name", "Department", "Extension", "Class of service")
WANTED = ("+14185550105", "Réception", "Accueil/Nuit", "205", "Standard")
WRONG = [
    ("+14185550106", "", "Accueil", "205", "Standard"),
    ("450 555-9999", "Ailleurs", "", "2x", "Toutes"),
]
COMMENTS = (
    ("problem", "Rien ne bouge."),
    ("problem", "Le bouton est trop loin.\n\nMerci."),
    ("problem", "Too far."),
    ("idea", "Un <b> plus gras."),
)
"""The first is looked at and stays; the last is done already."""
UNENDING = timedelta(days=36_500)
"""Puts what a worker would take behind everything a test makes: it stays as it is."""
ERRAND_COMPANIES = (("Frêne et frères", "fr", "819"), ("Ash Brothers", "en", "613"))


def add_things(company: Company) -> None:
    """Make them; the neighbour company has a line that was reset and is locked."""
    trunk = create_trunk(
        actor=BUILDER, name="outside", label="Réseau public", address=TrunkAddress("192.0.2.1"), now=NOW
    )
    create_route(actor=BUILDER, trunk_id=trunk.pk, classes={CallClass.LOCAL, CallClass.TOLL_FREE}, now=NOW)
    _comments(company)
    _imports(company)
    _reset_and_locked(company)
    for name, language, area in ERRAND_COMPANIES:
        group = create_group(actor=BUILDER, name=name, language=language, now=NOW)
        create_block(
            actor=BUILDER, group_id=group.pk, first=f"+1{area}5550000", last=f"+1{area}5550999", now=NOW
        )
    create_group(actor=BUILDER, name="Tremble", now=NOW)
    _company_of_answers()
    _company_of_managed_lines()


def _comments(company: Company) -> None:
    access = access_for(company.sylvie.user)
    sent = [
        send_feedback(access=access, kind=kind, page="/lines/3/availability/", text=text, now=NOW)
        for kind, text in COMMENTS
    ]
    mark_done(actor=BUILDER, feedback_id=sent[-1].object_id, seen_version=sent[-1].version, now=NOW)


def _imports(company: Company) -> None:
    """Leave one import in each state, in the order of ImportState."""
    late = clock.now() + UNENDING
    group_id = company.charlie.line.group_id
    for state in ImportState:
        rows = WRONG if state is ImportState.REFUSED else [WANTED]
        data = b"".join(write_csv(TITLES, rows))
        row = start_import(
            actor=BUILDER, group_id=group_id, file_name=f"lignes-{state}.csv", data=data, now=NOW
        )
        if state in {ImportState.REFUSED, ImportState.CHECKED, ImportState.SAVED}:
            check_import(import_id=row.pk, now=NOW)
        if state is ImportState.SAVED:
            save_import(import_id=row.pk, now=NOW)
        LineImport.objects.filter(pk=row.pk).update(state=state, touched=late)


def _reset_and_locked(company: Company) -> None:
    group_id = company.charlie.line.group_id
    new = NewLine(
        number="+14185550102",
        name="Ancien abonné",
        class_of_service_id=ClassOfService.objects.get(name="Standard").pk,
    )
    created = create_line(actor=BUILDER, group_id=group_id, new=new, now=NOW)
    access, line = access_for(company.charlie.user), created.line
    reset = ResetLine(name="Nouvelle abonnée")
    reset_line(access=access, line_id=line.pk, wanted=reset, seen_version=line.version, now=clock.now())
    lock_line_account(access=access, line_id=line.pk, now=NOW)


def _company_of_answers() -> None:
    """Make a company for what changes for good, in the order of tests that nobody knows: line 70 administers it.

    Line 71 never replaced its first password; 72 and 73 are there to be reset.
    """
    group = create_group(actor=BUILDER, name="Mélèze inc.", local_area_codes=("450",), now=NOW)
    create_block(actor=BUILDER, group_id=group.pk, first="+14505550100", last="+14505550109", now=NOW)
    place = Place(group, ClassOfService.objects.get(name="Standard").pk)
    nora = make_person(place, "+14505550101", "201", "Nora Lévesque", None)
    grant_role(actor=BUILDER, user_id=nora.user.pk, role=Role.GROUP_ADMINISTRATOR, now=NOW)
    make_person(place, "+14505550102", "202", "Omar Haddad", None, signed_in_before=False)
    for index in (3, 4):
        make_person(place, f"+1450555010{index}", f"20{index}", f"Quai {index}", None)


def _company_of_managed_lines() -> None:
    """Make a company whose administrator adds and deletes lines; its department Quai is there to lose some."""
    group = create_group(actor=BUILDER, name="Orme et cie", local_area_codes=("581",), now=NOW)
    create_block(actor=BUILDER, group_id=group.pk, first="+15815550100", last="+15815550199", now=NOW)
    for permission in ("create_lines", "create_phones"):
        switch_permission(actor=BUILDER, group_id=group.pk, permission=permission, on=True, now=NOW)
    place = Place(group, ClassOfService.objects.get(name="Standard").pk)
    boss = make_person(place, "+15815550101", "201", "Bureau", None)
    grant_role(actor=BUILDER, user_id=boss.user.pk, role=Role.GROUP_ADMINISTRATOR, now=NOW)
    quay = create_department(actor=BUILDER, group_id=group.pk, name="Quai", now=NOW)
    create_department(actor=BUILDER, group_id=group.pk, name="Vide", now=NOW)
    for index in range(10, 20):
        make_person(place, f"+158155501{index}", f"2{index}", f"Poste {index}", quay.pk)
