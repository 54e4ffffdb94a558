"""What a caller hears, compared with the prompts of the sound packages."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.sip import audio
from tests.sip.call import Call
from tests.stack.installation import SOUNDS

OTHER = {"fr": "en", "en": "fr"}


def prompt(language: str, name: str) -> Path:
    """Return the file of a prompt."""
    return SOUNDS / language / f"{name}.wav"


async def hears(call: Call, language: str, name: str, *, within: float = 8.0) -> float:
    """Wait until the prompt was heard in this language; return the second. The other language must not be heard."""
    second = await _heard(call, prompt(language, name), within)
    foreign = prompt(OTHER[language], name)
    if foreign.exists():
        assert audio.heard(call.rtp.received(), foreign) is None, f"{name} heard in {OTHER[language]} too"
    return second


async def hears_tone(call: Call, *, within: float) -> float:
    """Wait for the tone after which a message is recorded; it is the same in both languages."""
    return await _heard(call, prompt("en", "beep"), within)


async def _heard(call: Call, wanted: Path, within: float) -> float:
    try:
        async with asyncio.timeout(within):
            while (second := audio.heard(call.rtp.received(), wanted)) is None:
                ended = call.rtp.closed
                so_far = call.rtp.received().size / audio.RATE
                assert not ended, (
                    f"call ended ({call.ending}), {wanted.stem} not heard in {so_far:.1f} s of audio"
                )
                await call.rtp.until(so_far + 0.4, within=within)
    except TimeoutError:
        size = call.rtp.received().size / audio.RATE
        raise AssertionError(
            f"{wanted.parent.name}/{wanted.stem} not heard in {within} s ({size:.1f} s of audio)"
        ) from None
    return second
