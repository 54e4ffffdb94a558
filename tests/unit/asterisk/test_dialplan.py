"""The static dialplan has a verb for every command, and never gives a value from the wire to an interpreter."""

import re
from typing import get_args

import pytest

from carillon.asterisk.configuration import TEMPLATES
from carillon.asterisk.dialplan import VERBS, contexts
from carillon.calls.commands import Command

TEXT = (TEMPLATES / "extensions.conf").read_text(encoding="utf-8")
HOSTILE = ("NAME", "NUM", "DIGITS", "A", "ST", "CAUSE", "DIV", "DIVERTED")


def test_every_command_has_a_verb_and_every_verb_its_context() -> None:
    assert set(VERBS) == set(get_args(Command))
    assert {name for name in contexts() if name.startswith("do-")} == {
        f"do-c1-{verb}" for verbs in VERBS.values() for verb in verbs
    }


@pytest.mark.parametrize("word", ["System(", "TrySystem(", "SHELL(", "EVAL(", "AGI(", "Exec(", "ENV("])
def test_nothing_can_reach_a_shell_or_be_evaluated_again(word: str) -> None:
    assert word not in TEXT


@pytest.mark.parametrize("name", HOSTILE)
def test_expressions_hold_no_raw_value_from_the_wire(name: str) -> None:
    for expression in re.findall(r"\$\[[^\]]*\]", TEXT):
        bare = re.sub(r"\$\{LEN\(.*?\)\}", "", expression)
        assert f'"${{{name}}}"' not in bare


def test_what_the_journal_keeps_of_a_call_is_allow_listed() -> None:
    written = re.findall(r"Set\(CHANNEL\(userfield\)=(.*)\)$", TEXT, re.MULTILINE)
    assert len(written) == 3
    allowed = re.compile(r"\$\{FILTER\((?:0-9\*#\+|a-z0-9-),.*?\}\)\}|\$\{CHANNEL\(userfield\)\}")
    assert [allowed.sub("", value) for value in written] == ["/", "/", "/"]


def test_every_application_used_is_loaded() -> None:
    loaded = (TEMPLATES / "modules.conf").read_text(encoding="utf-8")
    modules = {
        "ExecIf": "app_exec", "Dial": "app_dial", "Gosub": "app_stack", "Playback": "app_playback",
        "Read": "app_read", "Record": "app_record", "MinivmMWI": "app_minivm", "PJSIPHangup": "chan_pjsip",
        "HangupCauseClear": "func_hangupcause",
    }  # fmt: skip
    core = {"Set", "Goto", "GotoIf", "Hangup", "Answer", "Return", "Wait", "NoOp", "Progress"}
    used = set(re.findall(r"(?:,1|n|n\(\w+\)),([A-Z]\w+)\(", TEXT)) - core
    assert used <= {*modules, "Return"}
    assert all(f"{modules[application]}.so" in loaded for application in used)
