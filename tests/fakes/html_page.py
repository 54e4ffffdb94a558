"""A page as its reader has it: its elements, its forms, what their fields hold and which message belongs to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})


@dataclass(eq=False)
class Element:
    """An element: its attributes, all the text in it, and the form it is in."""

    tag: str
    attrs: dict[str, str]
    form: Element | None
    inside: Element | None
    text: str = ""
    selects: Element | None = field(default=None)

    @property
    def id(self) -> str:
        """The id, "" without one."""
        return self.attrs.get("id", "")

    @property
    def described(self) -> list[str]:
        """The ids of what describes it, or the fieldset it is in."""
        own = self.attrs.get("aria-describedby", "").split()
        around = self.inside
        while around is not None:
            if around.tag == "fieldset":
                own += around.attrs.get("aria-describedby", "").split()
            around = around.inside
        return own


class Page(HTMLParser):
    """A parsed page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        around = next((one for one in reversed(self._open) if one.tag == "form"), None)
        select = next((one for one in reversed(self._open) if one.tag == "select"), None)
        inside = self._open[-1] if self._open else None
        element = Element(tag, {name: value or "" for name, value in attrs}, around, inside, selects=select)
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost such element."""
        if any(one.tag == tag for one in self._open):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Add the text to everything around it."""
        for element in self._open:
            element.text += data

    def by_id(self, wanted: str) -> list[Element]:
        """Return every element with this id: there must be one at most."""
        return [one for one in self.elements if one.id == wanted]

    def named(self, name: str) -> list[Element]:
        """Return the fields of this name."""
        fields = {"input", "textarea", "select"}
        return [one for one in self.elements if one.tag in fields and one.attrs.get("name") == name]

    def forms(self) -> list[Element]:
        """Return the forms that write."""
        return [
            one
            for one in self.elements
            if one.tag == "form" and one.attrs.get("method", "").lower() == "post"
        ]

    def held(self, name: str) -> list[str]:
        """Return what the fields of this name would send."""
        found: list[str] = []
        for one in self.named(name):
            kind = one.attrs.get("type", "")
            if one.tag == "textarea":
                found.append(one.text.removeprefix("\r").removeprefix("\n"))
            elif one.tag == "select":
                found += [
                    option.attrs.get("value", "")
                    for option in self.elements
                    if option.tag == "option" and option.selects is one and "selected" in option.attrs
                ]
            elif kind not in {"checkbox", "radio"} or "checked" in one.attrs:
                found.append(one.attrs.get("value", "on" if kind in {"checkbox", "radio"} else ""))
        return found

    def offered(self, name: str) -> set[str] | None:
        """Return the values among which a field lets its reader choose, None where he types."""
        values: set[str] = set()
        for one in self.named(name):
            if one.attrs.get("type") in {"checkbox", "radio"}:
                values.add(one.attrs.get("value", "on"))
            elif one.tag == "select":
                values |= {
                    option.attrs.get("value", "")
                    for option in self.elements
                    if option.tag == "option" and option.selects is one
                }
            else:
                return None
        return values
