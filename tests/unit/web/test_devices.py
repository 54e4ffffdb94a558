"""A browser's own words about itself, in ours."""

from __future__ import annotations

import time

import pytest
from django.utils import translation

from carillon.web.devices import LONGEST_RAW, device_in_words

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36"
ANDROID = "Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:129.0) Gecko/20100101 Firefox/129.0", "Firefox on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
        (WINDOWS, "Chrome on Windows"),
        (f"{WINDOWS} Edg/128.0.0.0", "Edge on Windows"),
        (f"{WINDOWS} OPR/113.0.0.0", "Opera on Windows"),
        (f"{MAC} Version/17.5 Safari/605.1.15", "Safari on macOS"),
        (f"{ANDROID} Chrome/127.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        (f"{ANDROID} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36", "Samsung Internet on Android"),
        (f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1", "Safari on iOS"),
        (f"{IPHONE} CriOS/127.0.6533.107 Mobile/15E148 Safari/604.1", "Chrome on iOS"),
        (f"{IPHONE} FxiOS/129.0 Mobile/15E148 Safari/605.1.15", "Firefox on iOS"),
        (("Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
          "Version/16.6 Mobile/15E148 Safari/604.1"), "Safari on iPadOS"),
        (("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) "
          "Chrome/126.0.0.0 Safari/537.36"), "Chrome on ChromeOS"),
        ("Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko", "Internet Explorer on Windows"),
        ("Mozilla/5.0 (Haiku) Firefox/120.0", "Firefox"),
    ],
)  # fmt: skip
def test_a_browser_and_its_system_are_named(said: str, words: str) -> None:
    with translation.override("en"):
        assert device_in_words(said) == words


@pytest.mark.parametrize("said", ["curl/8.5.0", "Desk browser", "<b>Phone</b>", "NotFirefox/1 X", "Windows"])
def test_what_names_no_browser_is_shown_as_it_came(said: str) -> None:
    assert device_in_words(said) == said


def test_what_is_made_up_costs_nothing_and_is_cut() -> None:
    assert device_in_words("x" * 200) == "x" * LONGEST_RAW + "…"
    began = time.process_time()
    for hostile in ("Edg" * 66, "(" * 200, "Chrome/" * 28, " " * 200, "OPR/OPT/Opera/" * 14):
        device_in_words(hostile)
    assert time.process_time() - began < 0.1
    with translation.override("en"):
        assert device_in_words("") == "Unknown"
