"""Whether a line may have calls sent to, or call, what was typed."""

from __future__ import annotations

from carillon.calls import numbering
from carillon.calls.directory import Group
from carillon.calls.directory import Line as LineValue
from carillon.calls.model import CallClass
from carillon.features.audit.services import ErrorCode, Problem
from carillon.features.extensions.snapshot import load_extension
from carillon.features.number_blocks.snapshot import load_number


class NumberCheck:
    """Checks numbers for one line, gathering what is wrong field by field."""

    def __init__(self, line: LineValue, group: Group) -> None:
        self.line = line
        self.group = group
        self.errors: dict[str, Problem] = {}

    def destination(self, field: str, typed: str) -> str:
        """Return a typed destination as it is stored: an extension's digits, or a number in E.164."""
        dialled = numbering.clean_typed(typed)
        if dialled is None:
            code = ErrorCode.NUMBER_NOT_VALID if typed else ErrorCode.REQUIRED
            return self._refuse(field, code, typed)
        extension = load_extension(self.group.id, dialled)
        if extension is not None:
            return self._internal(field, dialled, extension.number, extension.line)
        read = numbering.understand(dialled, self.group)
        if read.emergency:
            return self._refuse(field, ErrorCode.NUMBER_EMERGENCY, read.e164_or_code)
        if not read.valid or read.call_class in {None, CallClass.FEATURE}:
            return self._refuse(field, ErrorCode.NUMBER_NOT_VALID, typed)
        owner = load_number(self.group.id, read.e164_or_code)
        if owner is not None:
            return self._internal(field, owner.number, owner.number, owner.line)
        return self._permitted(field, read.e164_or_code, read.e164_or_code, read.call_class)

    def _internal(self, field: str, stored: str, number: str, line: int | None) -> str:
        if number == self.line.number:
            return self._refuse(field, ErrorCode.NUMBER_OWN, stored)
        if line is None:
            return self._refuse(field, ErrorCode.NUMBER_UNASSIGNED, number)
        return self._permitted(field, stored, number, CallClass.INTERNAL)

    def _permitted(self, field: str, stored: str, number: str, call_class: CallClass | None) -> str:
        if call_class is None or call_class not in self.line.permitted:
            params = {"number": number, "call_class": call_class or ""}
            self.errors[field] = Problem(ErrorCode.NUMBER_NOT_PERMITTED, params)
        return stored

    def _refuse(self, field: str, code: ErrorCode, number: str) -> str:
        self.errors[field] = Problem(code, {"number": number[:40]})
        return number
