"""Dialled strings and their classes, by the table of classes of call, in its order."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders import make_group

from carillon.calls.model import E164, CallClass
from carillon.calls.numbering import (
    clean_typed,
    dialable,
    format_national,
    parse_incoming,
    reachable_from_outside,
    understand,
)

GROUP = make_group()


@pytest.mark.parametrize(
    ("dialled", "number", "call_class"),
    [
        ("911", "911", CallClass.EMERGENCY),
        ("933", "933", CallClass.EMERGENCY),
        ("112", "911", CallClass.EMERGENCY),
        ("*98", "*98", CallClass.FEATURE),
        ("18005550123", "+18005550123", CallClass.TOLL_FREE),
        ("8335550123", "+18335550123", CallClass.TOLL_FREE),
        ("211", "211", CallClass.TOLL_FREE),
        ("311", "311", CallClass.TOLL_FREE),
        ("511", "511", CallClass.TOLL_FREE),
        ("611", "611", CallClass.TOLL_FREE),
        ("711", "711", CallClass.TOLL_FREE),
        ("811", "811", CallClass.TOLL_FREE),
        ("988", "988", CallClass.TOLL_FREE),
        ("19005551234", "+19005551234", CallClass.PREMIUM),
        ("5149761234", "+15149761234", CallClass.PREMIUM),
        ("19005551212", "+19005551212", CallClass.PREMIUM),
        ("411", "411", CallClass.DIRECTORY_ASSISTANCE),
        ("15145551212", "+15145551212", CallClass.DIRECTORY_ASSISTANCE),
        ("18005551212", "+18005551212", CallClass.TOLL_FREE),
        ("00", "00", CallClass.OPERATOR),
        ("05145550123", "05145550123", CallClass.OPERATOR),
        ("0133142685300", "0133142685300", CallClass.OPERATOR),
        ("01133612345678", "+33612345678", CallClass.MOBILE),
        ("5145550123", "+15145550123", CallClass.LOCAL),
        ("15145550123", "+15145550123", CallClass.LOCAL),
        ("+15145550123", "+15145550123", CallClass.LOCAL),
        ("0111" + "5145550123", "+15145550123", CallClass.LOCAL),
        ("4185550123", "+14185550123", CallClass.LONG_DISTANCE),
        ("12125550123", "+12125550123", CallClass.LONG_DISTANCE),
        ("18765550123", "+18765550123", CallClass.INTERNATIONAL),
        ("8685550123", "+18685550123", CallClass.INTERNATIONAL),
        ("01133142685300", "+33142685300", CallClass.INTERNATIONAL),
        ("+442071234567", "+442071234567", CallClass.INTERNATIONAL),
    ],
)
def test_the_first_matching_row_gives_the_class(dialled: str, number: str, call_class: CallClass) -> None:
    meaning = understand(dialled, GROUP)
    assert (meaning.e164_or_code, meaning.call_class, meaning.valid) == (number, call_class, True)


@pytest.mark.parametrize("last", range(100, 200))
def test_the_numbers_kept_for_fiction_work_in_every_real_area_code(last: int) -> None:
    for area in ("514", "418", "819", "416", "604", "212"):
        assert understand(f"{area}5550{last}", GROUP).valid


@pytest.mark.parametrize(
    ("dialled", "incomplete"),
    [
        ("514555", True),
        ("1514555012", True),
        ("0114", True),
        ("01133", True),
        ("0", True),
        ("11145550123", False),
        ("51455501234", False),
        ("5141550123", False),
        ("*72", False),
        ("#", False),
        ("555*0123", False),
        ("+999123", False),
    ],
)
def test_what_fits_no_rule_is_not_valid(dialled: str, incomplete: bool) -> None:
    meaning = understand(dialled, GROUP)
    assert (meaning.valid, meaning.call_class, meaning.incomplete) == (False, None, incomplete)


@pytest.mark.parametrize(
    "hostile",
    [
        "",
        "514 555-0123",
        "514-555-0123",
        "٥١٤",
        "911\r\n",
        "${SHELL(id)}",
        "1&2",
        "a|b",
        "+",
        "++1",
        "9" * 99,
        "x" * 10000,
    ],
)
def test_a_dialled_string_holds_keypad_signs_only(hostile: str) -> None:
    assert not understand(hostile, GROUP).valid


def test_seven_digits_only_where_the_operator_enables_it() -> None:
    assert not understand("5550123", GROUP).valid
    enabled = make_group(seven_digit_area_code="514")
    assert understand("5550123", enabled).e164_or_code == "+15145550123"


@pytest.mark.parametrize("prefix", ["9", "0", "81"])
def test_the_outside_prefix_is_taken_off(prefix: str) -> None:
    group = make_group(outside_prefix=prefix)
    for dialled in ("5145550123", "15145550123", "01133142685300"):
        with_prefix = understand(prefix + dialled, group)
        assert with_prefix.e164_or_code == understand(dialled, GROUP).e164_or_code


@pytest.mark.parametrize("prefix", ["", "9", "0", "8"])
@pytest.mark.parametrize("code", ["911", "933"])
def test_emergency_numbers_are_recognised_with_and_without_prefix(prefix: str, code: str) -> None:
    group = make_group(outside_prefix=prefix)
    assert understand(code, group).emergency
    assert understand(prefix + code, group).emergency


def test_a_number_that_begins_like_the_prefix_still_works_without_it() -> None:
    group = make_group(outside_prefix="9")
    assert understand("9055550123", group).e164_or_code == "+19055550123"
    assert understand("99055550123", group).e164_or_code == "+19055550123"


def test_the_countries_of_long_distance_are_the_groups() -> None:
    group = make_group(domestic_regions=frozenset({"CA"}))
    assert understand("12125550123", group).call_class is CallClass.INTERNATIONAL


def test_a_group_of_another_country_dials_its_own_plan() -> None:
    group = make_group(home_region="FR", domestic_regions=frozenset({"FR"}), local_area_codes=frozenset())
    assert understand("0142685300", group).e164_or_code == "+33142685300"
    assert understand("0612345678", group).call_class is CallClass.MOBILE
    assert understand("112", group).e164_or_code == "112"
    assert not understand("12", group).valid


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        (" (514) 555-0123 ", "5145550123"),
        ("+1 514.555.0123", "+15145550123"),
        ("514\u00a0555\u20110123", "5145550123"),
        ("*98", "*98"),
        ("514 555 O123", None),
        ("514/555", None),
        ("", None),
        ("5+5", None),
    ],
)
def test_a_typed_number_may_have_separators(typed: str, dialled: str | None) -> None:
    assert clean_typed(typed) == dialled


@pytest.mark.parametrize(
    ("presented", "e164"),
    [
        ("+15145550123", "+15145550123"),
        ("15145550123", "+15145550123"),
        ("5145550123", "+15145550123"),
        ("33142685300", "+33142685300"),
        ("+33142685300", "+33142685300"),
        ("anonymous", None),
        ("", None),
        ("+", None),
        ("12", None),
        ("٥١٤٥٥٥٠١٢٣", None),
        ("1" * 40, None),
    ],
)
def test_a_carriers_number_becomes_e164(presented: str, e164: str | None) -> None:
    assert parse_incoming(presented, "CA") == e164


def test_national_form_at_home_and_abroad() -> None:
    assert format_national("+15145550123", "CA") == "514 555-0123"
    assert format_national("+15145550123", "FR") == "+1 514 555-0123"
    assert format_national("+33142685300", "FR") == "01 42 68 53 00"
    assert format_national("+33142685300", "CA") == "+33 1 42 68 53 00"
    assert format_national("nonsense", "CA") == "nonsense"


def test_a_shown_number_can_be_dialled_back() -> None:
    prefixed = make_group(outside_prefix="9")
    for number in (E164("+15145550123"), E164("+33142685300")):
        for group in (GROUP, prefixed):
            assert understand(dialable(number, group), group).e164_or_code == number


def test_which_numbers_the_network_can_call_back() -> None:
    assert reachable_from_outside("+15145550123")
    assert reachable_from_outside("+33142685300")
    assert not reachable_from_outside("+10005550123")
    assert not reachable_from_outside("201")


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=40) | st.text(alphabet="0123456789*#+", max_size=16))
def test_any_string_is_read_without_error(dialled: str) -> None:
    meaning = understand(dialled, GROUP)
    assert meaning.valid == (meaning.call_class is not None)
    assert set(meaning.e164_or_code) <= set("0123456789*#+")


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=40))
def test_any_presented_number_is_read_without_error(presented: str) -> None:
    e164 = parse_incoming(presented, "CA")
    assert e164 is None or e164[1:].isdigit()
