"""The first sign-in by telephone: a new PIN, then one's name and a greeting, which the very next caller hears."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from tests.sip import audio
from tests.sip.agent import UserAgent
from tests.sip.call import Call
from tests.stack.listening import prompt
from tests.stack.scene import Company, Line, Scene

pytestmark = pytest.mark.asyncio

FIRST_PIN, NEW_PIN = "739164", "582047"
NAME, GREETING = 700.0, 1100.0
"""Hertz of the tone that stands for what the subscriber says."""


class Caller:
    """A call and what was heard in it since the last key."""

    def __init__(self, call: Call, language: str) -> None:
        self.call = call
        self.language = language
        self.since = 0.0

    async def hears(self, *names: str, within: float = 15) -> None:
        """Wait until each prompt was heard since the last key."""
        for name in names:
            await self._hears(name, within)

    async def _hears(self, name: str, within: float) -> None:
        wanted = prompt(self.language, name)
        await self._until(lambda sound: audio.heard(sound, wanted) is not None, name, within)

    async def hears_hertz(self, hertz: float) -> None:
        """Wait until half a second of this tone was heard since the last key."""

        def is_heard(sound: audio.Samples) -> bool:
            windows = (sound[at : at + 4000] for at in range(0, sound.size - 3999, 2000))
            return any(abs(audio.dominant_tone(window) - hertz) < 5 for window in windows)

        await self._until(is_heard, f"{hertz} Hz", 15)

    def has_heard(self, name: str) -> bool:
        """Say whether the prompt was heard since the last key."""
        heard = self.call.rtp.received(since=self.since)
        return audio.heard(heard, prompt(self.language, name)) is not None

    async def press(self, keys: str) -> None:
        """Press keys; what was heard before them counts no longer."""
        self.since = asyncio.get_running_loop().time()
        await self.call.rtp.press(keys)

    async def records(self, hertz: float) -> None:
        """Begin at once, say something after the tone, end with #."""
        await self.press("5")
        await self.hears("beep")
        await self.call.rtp.send(audio.tone(hertz, 1.5))
        await self.press("#")
        await self.hears("vm-review")

    async def _until(self, condition: Callable[[audio.Samples], bool], what: str, within: float) -> None:
        try:
            async with asyncio.timeout(within):
                while not condition(self.call.rtp.received(since=self.since)):
                    assert not self.call.rtp.closed, f"call ended ({self.call.ending}), {what} not heard"
                    so_far = self.call.rtp.received().size / audio.RATE
                    await self.call.rtp.until(so_far + 0.3, within=within)
        except TimeoutError:
            raise AssertionError(f"{what} not heard within {within} s") from None


async def newcomer(scene: Scene, language: str = "fr") -> tuple[Company, Line, UserAgent]:
    """Return a line with a temporary PIN whose calls reach its mailbox at once, and its phone."""
    company = await scene.company("A", A={"pin": FIRST_PIN, "pin_temporary": True, "language": language})
    line = company.lines["A"]
    await scene.save("change_calls", line, dnd=True)
    return company, line, await scene.phone(line)


async def signs_in(agent: UserAgent, pin: str, language: str = "fr") -> Caller:
    """Dial the mailbox and enter a PIN."""
    caller = Caller(await (await agent.call("*98")).answered(), language)
    await caller.hears("vm-password")
    await caller.press(f"{pin}#")
    return caller


async def signs_in_first(agent: UserAgent, language: str = "fr") -> Caller:
    """Sign in for the first time and replace the PIN, up to the request for the name."""
    caller = await signs_in(agent, FIRST_PIN, language)
    await caller.hears("vm-newpassword")
    await caller.press(f"{NEW_PIN}#")
    await caller.hears("vm-reenterpassword")
    await caller.press(f"{NEW_PIN}#")
    await caller.hears("vm-passchanged", "vm-rec-name", "vm-star-cancel")
    return caller


async def next_caller(scene: Scene, company: Company, line: Line, language: str = "fr") -> Caller:
    """Call the line from outside, into its mailbox."""
    return Caller(await (await scene.outside_call(company, line.number)).answered(), language)


async def greeting_of_last_call(scene: Scene, company: Company, *, count: int) -> str:
    """Return what the decision trace of the newest of `count` calls says of the greeting."""
    record = (await scene.records(company, count=count, within=5))[-1]
    (entry,) = [entry for entry in record["trace"] if entry["result"] == "to_voicemail"]
    return str(entry["details"]["greeting"])


async def test_a_new_subscriber_records_name_and_greeting_and_the_next_caller_hears_it(scene: Scene) -> None:
    company, line, a = await newcomer(scene)
    caller = await signs_in_first(a)
    await caller.press("5")
    await caller.hears("beep")
    await caller.press("#")
    await caller.hears("vm-tooshort", "vm-rec-name")
    await caller.records(NAME)
    await caller.press("2")
    await caller.hears_hertz(NAME)
    await caller.hears("vm-review")
    await caller.press("1")
    await caller.hears("vm-msgsaved", "vm-rec-unv")
    await caller.records(GREETING)
    await caller.press("1")
    await caller.hears("vm-msgsaved", "vm-youhave")
    await caller.press("#")
    await caller.hears("vm-goodbye")
    await caller.call.ended(5)
    outside = await next_caller(scene, company, line)
    await outside.hears_hertz(GREETING)
    await outside.hears("beep")
    assert not outside.has_heard("vm-isunavail")
    await outside.call.hangup()
    assert await greeting_of_last_call(scene, company, count=2) == "personal"
    again = await signs_in(a, NEW_PIN)
    await again.hears("vm-youhave")
    await again.call.hangup()


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_with_a_name_alone_the_next_caller_hears_who_is_unavailable(
    scene: Scene, language: str
) -> None:
    company, line, a = await newcomer(scene, language)
    caller = await signs_in_first(a, language)
    await caller.records(NAME)
    await caller.press("1")
    await caller.hears("vm-msgsaved", "vm-rec-unv")
    await caller.press("*")
    await caller.hears("vm-youhave")
    await caller.call.hangup()
    outside = await next_caller(scene, company, line, language)
    await outside.hears_hertz(NAME)
    await outside.hears("vm-isunavail", "vm-intro", "beep")
    assert not outside.has_heard("vm-theperson")
    await outside.call.hangup()
    assert await greeting_of_last_call(scene, company, count=2) == "name"
    again = await signs_in(a, NEW_PIN, language)
    await again.hears("vm-youhave")
    assert not again.has_heard("vm-rec-unv")
    await again.call.hangup()


async def test_the_recorded_name_goes_with_a_reset_and_comes_back_with_its_undoing(scene: Scene) -> None:
    company, line, a = await newcomer(scene)
    caller = await signs_in_first(a)
    await caller.records(NAME)
    await caller.press("1")
    await caller.hears("vm-rec-unv")
    await caller.call.hangup()
    await scene.do("reset_line", line_id=line.id, name="Nadia")
    await scene.until(
        lambda: scene.installation.do("snapshots", line_id=line.id)["states"] == ["kept"],
        within=5,
        what="sealed",
    )
    assert not list((scene.installation.home / "engine").rglob(f"name-{line.id}-*.wav"))
    await scene.save("change_calls", line, dnd=True)
    outside = await next_caller(scene, company, line)
    await outside.hears("vm-theperson")
    await outside.call.hangup()
    assert (await scene.do("undo_reset", line_id=line.id))["confirmed"]
    await scene.until(
        lambda: list((scene.installation.home / "voicemail").glob("name-*.wav")),
        within=5,
        what="the name back",
    )
    outside = await next_caller(scene, company, line)
    await outside.hears_hertz(NAME)
    await outside.hears("vm-isunavail")
    await outside.call.hangup()


async def test_who_hangs_up_in_the_middle_is_asked_again_and_who_skips_is_not(scene: Scene) -> None:
    _company, _line, a = await newcomer(scene)
    caller = await signs_in_first(a)
    await caller.press("5")
    await caller.hears("beep")
    await caller.call.hangup()
    caller = await signs_in(a, NEW_PIN)
    await caller.hears("vm-rec-name")
    await caller.records(NAME)
    await caller.call.hangup()
    caller = await signs_in(a, NEW_PIN)
    await caller.hears("vm-rec-name")
    await caller.press("*")
    await caller.hears("vm-rec-unv")
    await caller.call.hangup()
    caller = await signs_in(a, NEW_PIN)
    await caller.hears("vm-rec-unv")
    assert not caller.has_heard("vm-rec-name")
    await caller.press("*")
    await caller.hears("vm-youhave")
    await caller.press("3")
    await caller.hears("vm-rec-name")
    await caller.press("*")
    await caller.hears("vm-youhave")
    await caller.call.hangup()
    caller = await signs_in(a, NEW_PIN)
    await caller.hears("vm-youhave")
    assert not caller.has_heard("vm-rec-unv")
    await caller.call.hangup()
