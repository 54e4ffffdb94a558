"""What a browser says it is (its User-Agent), in words: "Firefox on Windows".

Two names are all a person needs to know his own sessions again. They are looked for in one pass over a text that its
sender may have made up; what has neither is shown as it came, cut.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext

LONGEST_RAW = 60
BROWSERS: Mapping[str, str] = {
    r"Edg(?:e|A|iOS)?/\d": "Edge",
    r"(?:OPR|OPT|Opera)/\d": "Opera",
    r"SamsungBrowser/\d": "Samsung Internet",
    r"Vivaldi/\d": "Vivaldi",
    r"(?:DuckDuckGo|Ddg)/\d": "DuckDuckGo",
    r"(?:Firefox|FxiOS)/\d": "Firefox",
    r"Chromium/\d": "Chromium",
    r"(?:Chrome|CriOS|HeadlessChrome)/\d": "Chrome",
    r"(?:Trident/\d|MSIE \d)": "Internet Explorer",
    r"Safari/\d": "Safari",
}
"""What names a browser -> its name; those that also name another one, to be taken for it, come first."""
SYSTEMS: Mapping[str, str] = {
    r"Windows": "Windows",
    r"CrOS": "ChromeOS",
    r"Android": "Android",
    r"iPad": "iPadOS",
    r"iP(?:hone|od)": "iOS",
    r"Mac(?:intosh| OS X)": "macOS",
    r"(?:Linux|X11)": "Linux",
}


def device_in_words(said: str) -> str:
    """Return the browser and its system by their names, what was said itself where its browser is unknown."""
    browser, system = _first(BROWSERS, said), _first(SYSTEMS, said)
    if browser and system:
        return gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    if browser or not said:
        return browser or gettext("Unknown")
    return said if len(said) <= LONGEST_RAW else f"{said[:LONGEST_RAW]}…"


def _first(names: Mapping[str, str], said: str) -> str:
    return next((name for sign, name in names.items() if re.search(rf"(?<!\w){sign}", said)), "")
