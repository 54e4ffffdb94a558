"""What a whole line can be: where it can stand, which types have room for what it has, its SIP accounts."""

from __future__ import annotations

from carillon.features.accounts.models import User
from carillon.features.accounts.queries import Access
from carillon.features.business_groups.models import BusinessGroup
from carillon.features.departments.models import Department
from carillon.features.departments.queries import tree_of
from carillon.features.lines.choices import PARTS, LineKind
from carillon.features.lines.models import Line
from carillon.features.phones.models import Phone
from carillon.features.voicemail.models import Mailbox


def places_in_scope(access: Access, group: BusinessGroup) -> list[Department]:
    """Return the departments of the group that a line of the reader's can stand in, as a tree."""
    return [one for one in tree_of(group.pk) if one.path.startswith(access.department_path)]


def kinds_for(line: Line) -> list[LineKind]:
    """Return the types the line can have with the mailbox, portal account and phones it has (three queries)."""
    phones = Phone.objects.filter(line_id=line.pk).exists()
    mailbox = Mailbox.objects.filter(line_id=line.pk).exists()
    user = User.objects.filter(line_id=line.pk).exists()
    fitting = [
        kind
        for kind, parts in PARTS.items()
        if parts.phones >= phones and parts.voicemail >= mailbox and parts.user >= user
    ]
    return [kind for kind in fitting if mailbox or kind is not LineKind.MAILBOX_ONLY]


def phones_of(line: Line) -> list[Phone]:
    """Return the SIP accounts of a line."""
    return list(Phone.objects.filter(line_id=line.pk).order_by("sip_user"))
