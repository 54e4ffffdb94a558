"""What the browser needs beside the small company: lists of more than one page, and operators with a one-time code."""

from __future__ import annotations

from tests.fakes.one_time_codes import ENROLLED, KEY, NOT_ENROLLED
from tests.fakes.portal_company import BUILDER, NOW, PASSWORD, Company

from carillon.features.line_imports.services import save_lines
from carillon.features.number_blocks.services import create_block
from carillon.features.operators.models import OneTimeCode
from carillon.features.operators.services import create_operator
from carillon.features.trunks.queries import encrypt_secret
from carillon.web.csv_files import write_csv

TITLES = ("Number", "Name", "Department", "Extension", "Type", "Class of service")
OTHERS = (
    ("Accueil", "Ventes", "easy_attendant"),
    ("Soutien", "Ventes", "pilot"),
    *((f"Poste {extension}", "Usine", "user") for extension in range(212, 222)),
)
ZONES = 50


def add_crowd(company: Company) -> None:
    """Give the company an attendant, a pilot, ten spare user lines (6 to 17) and fifty common areas."""
    group_id = company.group.pk
    create_block(actor=BUILDER, group_id=group_id, first="+15145550200", last="+15145550299", now=NOW)
    rows = [
        *OTHERS,
        *((f"Zone {index:02d}", "Usine/Entrepôt", "common_area") for index in range(1, ZONES + 1)),
    ]
    lines = [
        (f"+{15145550210 + index}", name, department, str(210 + index), kind, "Standard")
        for index, (name, department, kind) in enumerate(rows)
    ]
    data = b"".join(write_csv(TITLES, lines))
    plan = save_lines(actor=BUILDER, group_id=group_id, data=data, label="crowd", now=NOW)
    assert plan.faults == []


def add_operators() -> None:
    """Create operators with the password of the tests; the enrolled ones share one key."""
    for name in (*ENROLLED, *NOT_ENROLLED):
        user, _password = create_operator(actor=BUILDER, name=name, now=NOW)
        user.set_password(PASSWORD)
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])
        if name in ENROLLED:
            OneTimeCode.objects.create(user=user, secret=encrypt_secret(KEY), confirmed=NOW)
