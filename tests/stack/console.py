"""The operator's hands inside an installation: a process that reads requests and calls the product's own services.

One JSON object per line in, one per line out. Tests run without Django; this process has the installation's
settings. After each change it does what the portal does: it tells callcontrol and reports whether it confirmed.
"""

from __future__ import annotations

import importlib
import inspect
import json
import sys
import traceback
from collections.abc import Callable
from typing import Any

import django

Answer = Any
ACTIONS: dict[str, Callable[..., Answer]] = {}


def action(function: Callable[..., Answer]) -> Callable[..., Answer]:
    """Offer a function under its name."""
    ACTIONS[function.__name__] = function
    return function


def _actor() -> Any:
    from carillon.features.audit.services import Actor

    return Actor(None, "operator")


def _now() -> Any:
    from carillon import clock

    return clock.now()


def tell(group_id: int, config_version: int) -> bool:
    """Tell callcontrol that the group changed; return whether it confirmed."""
    from carillon.web import engine

    return engine.confirmed(group_id=group_id, config_version=config_version)


@action
def create_company(
    *, name: str, index: int, language: str, lines: list[dict[str, Any]], carrier: dict[str, Any]
) -> Answer:
    """Create a group with a block of 100 numbers, its lines, phones and a trunk of its own."""
    from carillon.features.business_groups.services import create_group
    from carillon.features.number_blocks.services import create_block

    actor, now = _actor(), _now()
    group = create_group(actor=actor, name=name, language=language, local_area_codes=["514"], now=now)
    first = f"+1514{220 + index // 100}{index % 100:02d}00"
    create_block(actor=actor, group_id=group.pk, first=first, last=first[:-2] + "99", now=now)
    made = [create_line(group_id=group.pk, base=first[:-2], **line) for line in lines]
    if carrier:
        create_route(group_id=group.pk, trunk_id=carrier["id"])
    version = config_version(group_id=group.pk)
    return {
        "group": group.pk, "base": first[:-2], "lines": made,
        "confirmed": tell(group.pk, version), "version": version,
    }  # fmt: skip


def config_version(*, group_id: int) -> int:
    """Return the group's configuration version."""
    from carillon.features.business_groups.queries import config_version as current

    version = current(group_id)
    assert version is not None
    return version


@action
def create_line(*, group_id: int, base: str, extension: str, name: str, **more: Any) -> Answer:
    """Create a line numbered after its extension, with phones; `permitted` lists the classes it may call.

    Its PIN is one the subscriber has chosen, unless `pin_temporary`.
    """
    from carillon.calls.model import CallClass
    from carillon.features.extensions.services import create_extension
    from carillon.features.lines.services import NewLine
    from carillon.features.lines.services import create_line as create

    actor, now = _actor(), _now()
    permitted = [CallClass(c) for c in more.pop("permitted", list(CallClass))]
    phones = more.pop("phones", 1)
    more.setdefault("pin_temporary", False)
    new = NewLine(
        number=f"{base}{int(extension) % 100:02d}",
        name=name,
        class_of_service_id=_class_of_service(permitted),
        **more,
    )
    made = create(actor=actor, group_id=group_id, new=new, now=now)
    create_extension(actor=actor, group_id=group_id, digits=extension, number=new.number, now=now)
    return {
        "id": made.line.pk, "number": new.number, "extension": extension, "name": name, "password": made.password,
        "phones": [_phone(group_id, made.line.pk, now) for _ in range(phones)],
    }  # fmt: skip


def _phone(group_id: int, line_id: int, now: Any) -> dict[str, str]:
    from carillon.features.phones.services import create_phone, reveal_secret

    made = create_phone(actor=_actor(), group_id=group_id, line_id=line_id, description="test", now=now)
    return {"user": made.sip_user, "password": reveal_secret(made)}


def _class_of_service(permitted: list[Any]) -> int:
    from carillon.features.classes_of_service.models import ClassOfService
    from carillon.features.classes_of_service.services import create_class_of_service

    name = "test " + " ".join(sorted(c.value[:4] for c in permitted))
    found = ClassOfService.objects.filter(name=name[:64]).first()
    made = found or create_class_of_service(actor=_actor(), name=name[:64], permitted=permitted, now=_now())
    return int(made.pk)


@action
def create_carriers(*, carriers: list[dict[str, Any]]) -> Answer:
    """Create a trunk to 127.0.0.1:`port` for each carrier; return their ids."""
    from carillon.features.trunks.services import TrunkAddress, create_trunk

    return [
        create_trunk(
            actor=_actor(),
            name=carrier["name"],
            label=f"Carrier {carrier['name']}",
            address=TrunkAddress("127.0.0.1", carrier["port"]),
            secret=carrier["secret"],
            now=_now(),
        ).pk
        for carrier in carriers
    ]


def create_route(*, group_id: int, trunk_id: int) -> None:
    """Let every class of call of the group leave by the trunk."""
    from carillon.calls.model import CallClass
    from carillon.features.trunks.services import create_route as create

    create(actor=_actor(), trunk_id=trunk_id, classes=list(CallClass), group_id=group_id, now=_now())


@action
def create_range(*, group_id: int, first: str, last: str, number: str) -> Answer:
    """Create an extension range over numbers of the group's block."""
    from carillon.features.extensions.services import create_extension_range

    create_extension_range(
        actor=_actor(), group_id=group_id, first=first, last=last, first_number=number, now=_now()
    )
    return {"confirmed": tell(group_id, config_version(group_id=group_id))}


@action
def change_calls(*, line_id: int, **changes: Any) -> Answer:
    """Change some of a line's incoming-call settings (`dnd` too), leaving the rest as it is."""
    from dataclasses import replace

    from carillon.features.call_manager import services
    from carillon.features.call_manager.models import CallSettings
    from carillon.features.call_manager.queries import choice_of

    actor, now = _actor(), _now()
    row = CallSettings.objects.get(line_id=line_id)
    receipt = None
    if "dnd" in changes:
        receipt = services.change_availability(
            actor=actor, line_id=line_id, dnd=changes.pop("dnd"), seen_version=row.version, now=now
        )
        row.refresh_from_db()
    if changes:
        if "entries" in changes:
            changes["entries"] = tuple(services.EntryChoice(**entry) for entry in changes["entries"])
        receipt = services.change_incoming(
            actor=actor,
            line_id=line_id,
            choice=replace(choice_of(row), **changes),
            seen_version=row.version,
            now=now,
        )
    return _receipt(receipt)


def _receipt(receipt: Any) -> Answer:
    confirmed = tell(receipt.group_id, receipt.config_version)
    return {"kind": receipt.kind, "id": receipt.object_id, "version": receipt.version, "confirmed": confirmed}


@action
def change_line(*, line_id: int, **changes: Any) -> Answer:
    """Change some of what the page of call settings saves: names, withholding, barring, call waiting..."""
    from dataclasses import replace

    from carillon.features.call_manager.queries import Seen, call_settings_choice_of, settings_of
    from carillon.features.call_manager.services import change_call_settings
    from carillon.features.lines.models import Line

    row, settings = Line.objects.get(pk=line_id), settings_of(line_id)
    if "barred" in changes:
        changes["barred"] = frozenset(changes["barred"])
    choice = replace(call_settings_choice_of(row, settings), **changes)
    seen = Seen(row.version, settings.version)
    return _receipt(
        change_call_settings(actor=_actor(), line_id=line_id, choice=choice, seen=seen, now=_now())
    )


@action
def trunk_takes_own_numbers(*, name: str) -> Answer:
    """Make a carrier refuse numbers that are not the group's. The operator's page for it comes later."""
    from carillon.features.audit.services import bump_group
    from carillon.features.trunks.models import Trunk

    Trunk.objects.filter(name=name).update(own_numbers_only=True)
    bump_group(None)
    return {}


@action
def change_messages(*, line_id: int, **changes: Any) -> Answer:
    """Change a mailbox's settings, or its PIN (`pin`) as its own subscriber does in the portal."""
    from carillon.features.accounts.models import User
    from carillon.features.accounts.services import actor_for
    from carillon.features.voicemail import services
    from carillon.features.voicemail.models import Mailbox

    row = Mailbox.objects.get(line_id=line_id)
    if "pin" in changes:
        own = actor_for(User.objects.get(line_id=line_id))
        return _receipt(services.change_pin(actor=own, line_id=line_id, new_pin=changes["pin"], now=_now()))
    wanted = {n: getattr(row, n) for n in ("email_on", "email_to", "keep_copy", "skip_pin")} | changes
    return _receipt(
        services.change_message_settings(
            actor=_actor(), line_id=line_id, seen_version=row.version, now=_now(), **wanted
        )
    )


@action
def operator_state(*, line_id: int, suspended: bool = False, locked: bool = False) -> Answer:
    """Suspend or lock a line. The operator's page for it comes later, so the row and its versions are written."""
    from django.db.models import F

    from carillon.features.audit.services import bump_group
    from carillon.features.lines.models import Line

    Line.objects.filter(pk=line_id).update(
        suspended=suspended, locked_at=_now() if locked else None, version=F("version") + 1
    )
    group_id = Line.objects.values_list("group_id", flat=True).get(pk=line_id)
    return {"confirmed": tell(group_id, bump_group(group_id))}


def _operator() -> Any:
    from carillon.features.accounts.choices import Role
    from carillon.features.accounts.models import User
    from carillon.features.accounts.queries import access_for

    user, _ = User.objects.get_or_create(login="operator", role=Role.OPERATOR, defaults={"password": "!"})
    return access_for(user)


@action
def lock_line(*, line_id: int, locked: bool) -> Answer:
    """Lock a line, or lift every lock it has."""
    from carillon.features.line_actions import services

    if locked:
        return _receipt(services.lock_line_account(access=_operator(), line_id=line_id, now=_now()))
    return _receipt(services.unlock_line_account(access=_operator(), line_id=line_id, now=_now()).receipt)


@action
def reset_line(*, line_id: int, name: str, **wanted: Any) -> Answer:
    """Reset a line; the answer has its new secrets."""
    from carillon.features.line_actions import services
    from carillon.features.lines.models import Line

    made = services.reset_line(
        access=_operator(),
        line_id=line_id,
        wanted=services.ResetLine(name, **wanted),
        seen_version=Line.objects.get(pk=line_id).version,
        now=_now(),
    )
    return {**_receipt(made.receipt), "pin": made.pin, "password": made.password}


def _administrator(line_id: int) -> Any:
    """Return the line's user as an administrator of his group, which the operator lets create and delete lines."""
    from carillon.features.accounts.choices import Role
    from carillon.features.accounts.models import User
    from carillon.features.accounts.queries import access_for
    from carillon.features.accounts.services import grant_role
    from carillon.features.business_groups.services import switch_permission

    user = User.objects.select_related("line").get(line_id=line_id)
    assert user.line is not None
    if user.role != Role.GROUP_ADMINISTRATOR:
        group_id = user.line.group_id
        for permission in ("create_lines", "create_phones"):
            switch_permission(actor=_actor(), group_id=group_id, permission=permission, on=True, now=_now())
        grant_role(actor=_actor(), user_id=user.pk, role=Role.GROUP_ADMINISTRATOR, now=_now())
    return access_for(User.objects.get(pk=user.pk))


@action
def make_administrator(*, line_id: int) -> Answer:
    """Make the line's user an administrator of his group."""
    return {"user": _administrator(line_id).user.pk}


@action
def add_line(*, by: int, number: str, extension: str, name: str) -> Answer:
    """Have the user of the line `by` add a line as the page does; the answer has its first secrets."""
    from carillon.calls.model import CallClass
    from carillon.features.line_management import services
    from carillon.features.lines.services import NewLine

    access = _administrator(by)
    plan = _class_of_service(list(CallClass))
    made = services.add_line(
        access=access,
        group_id=access.group_id,
        new=NewLine(number=number, name=name, class_of_service_id=plan),
        extension=extension,
        with_phone=True,
        now=_now(),
    )
    phone = {"user": made.sip_user, "password": made.sip_secret}
    line = {"id": made.line.pk, "number": number, "extension": extension, "name": name}
    return {**_receipt(made.receipt), "line": {**line, "password": made.password, "phones": [phone]}}


@action
def delete_lines(*, by: int, line_ids: list[int]) -> Answer:
    """Have the user of the line `by` delete lines as *Delete selected* does."""
    from carillon.features.line_management import services
    from carillon.features.lines.models import Line
    from carillon.web.lists.selected import digest_of

    seen = digest_of(Line.objects.filter(pk__in=line_ids).values_list("pk", "version"))
    return _receipt(
        services.delete_lines(
            access=_administrator(by), line_ids=line_ids, count=len(line_ids), seen=seen, now=_now()
        )
    )


@action
def undo_reset(*, line_id: int) -> Answer:
    """Put the newest former state of a line back."""
    from carillon.features.line_actions import services
    from carillon.features.line_actions.queries import restorable
    from carillon.features.lines.models import Line

    return _receipt(
        services.undo_reset(
            access=_operator(),
            line_id=line_id,
            snapshot_id=restorable(line_id, now=_now())[0].pk,
            seen_version=Line.objects.get(pk=line_id).version,
            now=_now(),
        )
    )


@action
def snapshots(*, line_id: int) -> Answer:
    """Return the states of a line's snapshots, and which recordings of its mailbox lie in clear."""
    from carillon.features.line_actions.models import LineSnapshot
    from carillon.features.line_actions.queries import audio_of
    from carillon.features.voicemail.queries import audio_file

    states = list(LineSnapshot.objects.filter(line_id=line_id).values_list("state", flat=True))
    return {"states": states, "audible": [t for t in audio_of(line_id) if audio_file(t).is_file()]}


@action
def records(*, group_id: int) -> Answer:
    """Return the group's call records, oldest first."""
    from carillon.features.call_logs.models import CallRecord

    rows = CallRecord.objects.filter(group_id=group_id).order_by("started", "id").values()
    return [{k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in row.items()} for row in rows]


@action
def messages(*, line_id: int) -> Answer:
    """Return a mailbox's messages."""
    from carillon.features.voicemail.models import Message

    rows = Message.objects.filter(mailbox__line_id=line_id).values(
        "id", "token", "seconds", "heard", "caller_number"
    )
    return list(rows)


@action
def mailbox(*, line_id: int) -> Answer:
    """Return what a mailbox says to callers, and what is due of its setup."""
    from carillon.features.voicemail.models import Mailbox

    return Mailbox.objects.values("greeting", "recorded_name", "setup_due", "pin_temporary").get(
        line_id=line_id
    )


@action
def versions(*, line_id: int) -> Answer:
    """Return the versions of a line's settings, as traces name them."""
    from carillon.features.call_manager.models import CallSettings

    row = CallSettings.objects.get(line_id=line_id)
    return {"call_settings": [row.pk, row.version]}


@action
def call_function(*, path: str, **arguments: Any) -> Answer:
    """Call `package.module:function` (a loader of bench data, say)."""
    module, _, name = path.partition(":")
    function = getattr(importlib.import_module(module), name)
    if "now" in inspect.signature(function).parameters:
        arguments["now"] = _now()
    return function(**arguments)


def main() -> None:
    """Answer requests until standard input ends."""
    django.setup()
    from django.db import close_old_connections

    out, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        request = json.loads(line)
        close_old_connections()  # a database that went away and came back is met with a new connection
        try:
            answer = {"ok": ACTIONS[request.pop("do")](**request)}
        except Exception:  # noqa: BLE001 - the edge of this process: the caller raises it again with the trace
            answer = {"error": traceback.format_exc()}
        out.write(json.dumps(answer, default=str) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
