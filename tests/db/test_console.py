"""The operator's commands: what they do, what they say, what they refuse."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest
from tests.db.builders import Company, make_class_of_service, make_company

from carillon.config.cli import main, parser
from carillon.config.console import desk
from carillon.features.accounts.models import User
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.departments.models import Department
from carillon.features.extensions.models import Extension
from carillon.features.line_imports.models import LineImport
from carillon.features.lines.models import Line
from carillon.features.number_blocks.models import NumberBlock
from carillon.features.phones.models import Phone
from carillon.features.trunks.models import Route, Trunk
from carillon.features.voicemail.models import Mailbox

pytestmark = pytest.mark.django_db
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def company() -> Company:
    return make_company()


def carillon(*words: str) -> int:
    return desk.run(parser().parse_args(words))


def verbs() -> list[str]:
    """Return every command of the operator: noun and verb."""

    def choices(of: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
        found = (action for action in of._actions if isinstance(action, argparse._SubParsersAction))
        return {name: sub for action in found for name, sub in action.choices.items()}

    return [
        f"{noun} {verb}".strip()
        for noun, below in choices(parser()).items()
        for verb in (choices(below) or [""])
    ]


def test_every_command_is_documented() -> None:
    page = Path("docs/operations/command-line.md").read_text(encoding="utf-8")
    assert [verb for verb in verbs() if f"`carillon {verb}" not in page] == []


def test_every_command_has_its_handler() -> None:
    import importlib

    for verb in verbs():
        noun, _space, word = verb.partition(" ")
        if word:
            module = importlib.import_module(f"carillon.config.console.{desk.MODULES[noun]}")
            assert f"{noun}.{word.replace('-', '_')}" in module.HANDLERS


def test_a_company_is_made_from_nothing(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "lignes.csv"
    file.write_text(
        "Numéro;Nom;Service;Poste;Classe de service\n"
        + "".join(f"819555{index:04d};Ligne {index};Site/Étage;{300 + index};Tout\n" for index in range(50)),
        encoding="utf-8",
    )
    for words in (
        ("group", "add", "Cèdre inc.", "--language", "fr", "--local-area-code", "819"),
        ("block", "add", "Cèdre inc.", "819 555-0000", "819 555-0099"),
        ("class", "add", "Tout", "--permit", "all"),
        ("trunk", "add", "carrier", "--host", "192.0.2.10", "--transport", "tls"),
        (
            "route",
            "add",
            "carrier",
            "--permit",
            "local",
            "--permit",
            "long_distance",
            "--group",
            "Cèdre inc.",
        ),
        ("department", "add", "Cèdre inc.", "Site/Sous-sol"),
        ("line", "import", "Cèdre inc.", str(file)),
        ("feature", "off", "Cèdre inc.", "acd"),
        ("permission", "on", "Cèdre inc.", "create_lines"),
        ("licence", "set", "Cèdre inc.", "--basic", "5", "--premium", "unlimited"),
        ("group", "suspend", "Cèdre inc."),
    ):
        assert carillon(*words) == 0, capsys.readouterr().err
    group = BusinessGroup.objects.get(name="Cèdre inc.")
    assert group.lines.count() == 50
    assert ("acd" in group.features, "create_lines" in group.permissions) == (False, True)
    assert (group.basic_acd_licences, group.premium_acd_licences, group.suspended) == (5, None, True)
    assert set(Department.objects.values_list("full_name", flat=True)) == {
        "Site", "Site/Sous-sol", "Site/Étage",
    }  # fmt: skip
    assert Route.objects.get(group=group).classes == ["local", "long_distance"]
    capsys.readouterr()
    for listing in (
        ("group", "list"), ("group", "show", "Cèdre inc."), ("block", "list", "Cèdre inc."), ("class", "list"),
        ("trunk", "list"), ("route", "list"), ("department", "list", "Cèdre inc."), ("feature", "list"),
        ("permission", "list"), ("operator", "list"),
    ):  # fmt: skip
        assert carillon(*listing) == 0
    said = capsys.readouterr().out
    assert "100 numbers, 50 assigned, 50 free" in said
    assert "premium ACD licences   unlimited" in said


def test_one_line_is_added_whole(company: Company, capsys: Capture) -> None:
    words = (
        "line",
        "add",
        "Acme",
        "514 555-0110",
        "Zoé",
        "--department",
        "Sales/Export",
        "--extension",
        "310",
    )
    assert carillon(*words, "--phone") == 0
    said = capsys.readouterr().out
    assert all(word in said for word in ("first password", "first PIN", "SIP account"))
    line = Line.objects.get(number="+15145550110")
    assert line.department == company.export
    assert Mailbox.objects.get(line=line).pin_temporary
    assert Extension.objects.get(line=line).first == "310"
    assert Phone.objects.filter(line=line).count() == 1


def test_a_line_that_cannot_have_its_extension_is_not_added(company: Company, capsys: Capture) -> None:
    assert carillon("line", "add", "Acme", "514 555-0110", "Zoé", "--extension", "201") == 1
    assert "Already used by 201" in capsys.readouterr().err
    assert not Line.objects.filter(number="+15145550110").exists()


def test_a_file_is_checked_without_saving_and_told_as_json(
    company: Company, capsys: Capture, tmp_path: Path
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("Number,Name\n5145550110,A\n", encoding="utf-8")
    assert carillon("line", "import", "Acme", str(file), "--check", "--json") == 0
    assert json.loads(capsys.readouterr().out)["created"] == 1
    file.write_text("Number,Name\n4185550110,A\n", encoding="utf-8")
    assert carillon("line", "import", "Acme", str(file), "--json") == 1
    (error,) = json.loads(capsys.readouterr().out)["errors"]
    assert (error["row"], error["column"], error["code"]) == (2, "Number", "not_in_blocks")
    assert "is in no number block" in error["reason"]
    assert not LineImport.objects.exists()
    assert carillon("line", "import", "Acme", str(tmp_path / "none.csv")) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("group", "show", "Nobody"),
        ("group", "add", "Acme"),
        ("group", "add", "New", "--timezone", "Mars/Olympus"),
        ("group", "add", "New", "--local-area-code", "51"),
        ("block", "add", "Acme", "abc", "514 555-0199"),
        ("block", "add", "Acme", "418 555-0120", "418 555-0170"),
        ("block", "delete", "Acme", "514 555-0100"),
        ("class", "add", "Gold", "--permit", "everything"),
        ("class", "delete", "National"),
        ("trunk", "add", "Bad Name", "--host", "192.0.2.1"),
        ("trunk", "delete", "none"),
        ("route", "delete", "99"),
        ("feature", "on", "Acme", "teleport"),
        ("licence", "set", "Acme", "--basic", "many", "--premium", "1"),
        ("operator", "add", "514"),
        ("operator", "reset-code", "nobody"),
        ("line", "password", "514 555-0149"),
        ("line", "add", "Acme", "514 555-0110", "A", "--type", "robot"),
        ("department", "add", "Acme", ""),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    company: Company, capsys: Capture, words: tuple[str, ...]
) -> None:
    models = (BusinessGroup, NumberBlock, Trunk, Route, User, Line, Department)
    before = [list(model.objects.order_by("pk").values_list("pk", "version")) for model in models]
    assert carillon(*words) == 1
    assert capsys.readouterr().err.startswith("carillon: ")
    assert before == [list(model.objects.order_by("pk").values_list("pk", "version")) for model in models]


def test_what_is_unused_is_taken_back(company: Company) -> None:
    make_class_of_service("Gold", [])
    assert carillon("block", "add", "Acme", "514 555-0190", "514 555-0199") == 0
    assert carillon("block", "delete", "Acme", "514 555-0190") == 0
    assert carillon("class", "delete", "Gold") == 0
    assert carillon("trunk", "add", "spare", "--host", "192.0.2.1") == 0
    assert carillon("trunk", "delete", "spare") == 0


def test_passwords_are_handed_out(company: Company, capsys: Capture) -> None:
    assert carillon("operator", "add", "nadia") == 0
    assert carillon("operator", "reset-password", "Nadia") == 0
    assert carillon("operator", "reset-code", "nadia") == 0
    assert carillon("line", "password", "514 555-0103") == 0
    assert capsys.readouterr().out.count("first password") == 3


def test_the_whole_command_needs_no_more_than_its_words() -> None:
    with pytest.raises(SystemExit):
        main(["group"])
