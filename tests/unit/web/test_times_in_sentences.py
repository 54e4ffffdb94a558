"""A time never ends a sentence: in English it may end in a full stop of its own ("8:18 a.m.")."""

from __future__ import annotations

import re
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[3] / "src"
SENTENCE = re.compile(
    r"{% blocktranslate [^%]*?(\w+)=[\w.]+\|day_and_time[^%]*%}(.*?){% endblocktranslate %}", re.DOTALL
)


def test_no_sentence_ends_with_a_time() -> None:
    sentences = [
        (template.name, name, words)
        for template in SOURCE.rglob("templates/**/*.html")
        for name, words in SENTENCE.findall(template.read_text(encoding="utf-8"))
    ]
    assert len(sentences) > 10
    assert [(where, words) for where, name, words in sentences if f"{{{{ {name} }}}}." in words] == []
