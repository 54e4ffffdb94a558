"""*Call settings*: what the page says is shown, its preview, its refusals, its two versions."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.db.pages.answers import read
from tests.db.pages.conftest import SignIn
from tests.fakes.portal_company import BUILDER, NOW, Company

from carillon.calls.model import CallClass
from carillon.features.call_manager.models import CallSettings, SpeedDial
from carillon.features.lines.models import Line
from carillon.features.trunks.services import TrunkAddress, create_route, create_trunk


def entries(**changes: str | list[str]) -> dict[str, str | list[str]]:
    """Return the page as it is at first, with these entries changed."""
    first: dict[str, str | list[str]] = {
        "action": "save",
        "seen_version": "1",
        "seen_settings": "1",
        "name": "Marie Tremblay",
        "calling_name": "",
        "call_waiting": "on",
        "speed-rows": "0",
    }
    return first | {name.replace("__", "-"): value for name, value in changes.items()}


@pytest.fixture
def page(company: Company) -> str:
    trunk = create_trunk(
        actor=BUILDER, name="carrier", label="Carrier", address=TrunkAddress("127.0.0.1"), now=NOW
    )
    create_route(actor=BUILDER, trunk_id=trunk.pk, classes=list(CallClass), now=NOW)
    return f"/lines/{company.marie.line.pk}/call-settings/"


@pytest.fixture
def marie(company: Company, sign_in: SignIn) -> Client:
    return sign_in(company.marie)


def line_of(company: Company) -> Line:
    return Line.objects.get(pk=company.marie.line.pk)


def settings_of(company: Company) -> CallSettings:
    return CallSettings.objects.get(line=company.marie.line)


def test_the_page_opens_with_what_is_shown_to_whom(
    company: Company, sign_in: SignIn, marie: Client, page: str
) -> None:
    Line.objects.filter(pk=company.marie.line.pk).update(name="Marie-Ève Tremblay")
    said = "colleagues see: Marie-Ève Tremblay, 201. Outside: 514-555-0101, Marie-Eve Tremb."
    assert f"Your {said}" in read(marie.get(page))
    assert f"C{said[1:]}" in read(sign_in(company.denis).get(page))


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        (
            {"calling_name": "Service des ventes"},
            ["see: Service des ventes, 201. Outside: 514-555-0101, Service des ven."],
        ),
        (
            {"withhold_identity": "on"},
            [
                "Your colleagues see neither the name nor the number. Outside, the name and the number are withheld.",
                "Emergency services always see 514-555-0101.",
            ],
        ),
        (
            {"barred": ["local", "long_distance", "toll_free", "operator", "mobile", "directory_assistance"]},
            ["No call of this line leaves the company."],
        ),
        (
            {"reject_anonymous": "on"},
            ["Callers who withhold their number are turned away with an announcement."],
        ),
    ],
)
def test_the_preview_says_what_the_entries_would_show_and_saves_nothing(
    company: Company, marie: Client, page: str, changes: dict[str, str | list[str]], sentences: list[str]
) -> None:
    answer = marie.post(f"{page}preview/", entries(**changes), headers={"hx-request": "true"})
    assert answer.status_code == 200
    for sentence in sentences:
        assert sentence in read(answer)
    assert "With these settings" in read(answer)
    assert (line_of(company).version, settings_of(company).version) == (1, 1)


def test_everything_is_saved_at_once_and_shown_again(company: Company, marie: Client, page: str) -> None:
    wanted = entries(
        calling_name="Ventes", withhold_identity="on", call_waiting="", reject_anonymous="on",
        barred=["long_distance"], speed__rows="1", speed__0__name="Maman", speed__0__number="418 555-0123",
    )  # fmt: skip
    refused = marie.post(page, wanted)
    assert refused.status_code == 422, "the speed dial is of a class that this save bars"
    assert "which this line may not make" in read(refused)
    assert line_of(company).version == 1
    answer = marie.post(page, wanted | {"barred": ["local"]})
    assert answer.status_code == 302
    shown = read(marie.get(answer.headers["Location"]))
    assert "In force since" in shown
    assert "· version 2" in shown
    line, settings = line_of(company), settings_of(company)
    assert (line.calling_name, line.withhold_identity, line.barred) == ("Ventes", True, ["local"])
    assert (settings.call_waiting, settings.reject_anonymous) == (False, True)
    assert 'value="418-555-0123"' in shown
    again = marie.post(
        page, wanted | {"barred": ["local", "long_distance"], "seen_version": "2", "seen_settings": "2"}
    )
    assert again.status_code == 302, "a speed dial that was kept stands in nobody's way"
    changes = read(marie.get(f"/lines/{line.pk}/changes/"))
    assert "Calls this line may not make" in changes
    assert "local; long distance" in changes
    assert "Maman 418-555-0123" in changes


def test_classes_not_permitted_stand_there_with_the_reason(marie: Client, page: str) -> None:
    shown = read(marie.get(page))
    assert "Bar calls of the class “long distance”" in shown
    assert "Bar calls of the class “international”" not in shown
    assert "International</strong> – The class of service “Standard” does not permit them." in shown
    assert "For one call only, dial *67 before the number to withhold them, *82 to show them." in shown
    refused = marie.post(page, entries(barred=["international"]))
    assert refused.status_code == 422
    assert marie.post(page, entries(barred=["emergency"])).status_code == 422


@pytest.mark.parametrize(
    ("changes", "message", "kept"),
    [
        ({"name": ""}, "Fill in this field.", 'name="name"'),
        ({"calling_name": "x" * 36}, "Use at most 35 characters.", "x" * 36),
        (
            {"speed__rows": "1", "speed__0__name": "Secours", "speed__0__number": "911"},
            "911 is an emergency number",
            'value="Secours"',
        ),
        (
            {"speed__rows": "1", "speed__0__name": "", "speed__0__number": "202"},
            "Row 1, Name",
            'value="202"',
        ),
        ({"calling_name": "<script>x</script>", "name": ""}, "Fill in this field.", "&lt;script&gt;"),
    ],
)
def test_a_refused_form_keeps_the_entries_and_names_the_field(
    company: Company, marie: Client, page: str, changes: dict[str, str], message: str, kept: str
) -> None:
    answer = marie.post(page, entries(**changes))
    assert answer.status_code == 422
    assert message in read(answer)
    assert kept in answer.content.decode()
    assert "<script>x" not in answer.content.decode()
    assert 'id="refused"' in answer.content.decode()
    assert (line_of(company).version, settings_of(company).version) == (1, 1)


@pytest.mark.parametrize(
    ("theirs", "now"),
    [({"call_waiting": ""}, ("1", "2")), ({"calling_name": "Accueil"}, ("2", "1"))],
    ids=["settings", "line"],
)
def test_a_stale_save_of_either_object_is_refused_and_then_means_the_entries(
    company: Company, marie: Client, sign_in: SignIn, page: str, theirs: dict[str, str], now: tuple[str, str]
) -> None:
    assert sign_in(company.denis).post(page, entries(**theirs)).status_code == 302
    mine = entries(calling_name="Marie T.", reject_anonymous="on")
    answer = marie.post(page, mine)
    assert answer.status_code == 409
    shown = read(answer)
    assert "Denis Gagnon (514-555-0102) saved version 2" in shown
    assert f'name="seen_version" value="{now[0]}"' in shown
    assert f'name="seen_settings" value="{now[1]}"' in shown
    assert not settings_of(company).reject_anonymous, "neither object was saved"
    seen = {"seen_version": now[0], "seen_settings": now[1]}
    assert marie.post(page, mine | seen).status_code == 302
    assert settings_of(company).reject_anonymous
    assert line_of(company).calling_name == "Marie T."


def test_rows_are_added_and_deleted_without_javascript(company: Company, marie: Client, page: str) -> None:
    one = read(marie.post(page, entries(action="add:speed")))
    assert 'name="speed-0-name"' in one
    assert 'id="refused"' not in one
    filled = {
        "speed__rows": "2",
        "speed__0__name": "Denis",
        "speed__0__number": "202",
        "speed__1__name": "Sylvie",
        "speed__1__number": "203",
    }
    left = read(marie.post(page, entries(**filled, action="drop:speed:0")))
    assert 'name="speed-0-name" value="Sylvie"' in left
    assert 'name="speed-1-name"' not in left
    assert not SpeedDial.objects.filter(settings__line=company.marie.line).exists()
    assert marie.post(page, entries(action="drop:speed:7")).status_code == 200
    assert marie.post(page, entries(action="add:nothing")).status_code == 200
