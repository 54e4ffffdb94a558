"""Audio as numpy arrays: 8 kHz, mono, float32 in -1..1; G.711 mu-law; telling what was heard."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

RATE = 8000
Samples = npt.NDArray[np.float32]


def _decode_table() -> npt.NDArray[np.float32]:
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    magnitude = (((code & 0x0F) << 3) + 0x84 << ((code & 0x70) >> 4)) - 0x84
    return (np.where(code & 0x80, -magnitude, magnitude) / 32768).astype(np.float32)


_TABLE = _decode_table()
_ORDER = np.argsort(_TABLE, kind="stable")
_LEVELS = _TABLE[_ORDER]


def from_mulaw(data: bytes) -> Samples:
    """Decode G.711 mu-law."""
    return _TABLE[np.frombuffer(data, dtype=np.uint8)]


def to_mulaw(samples: Samples) -> bytes:
    """Encode to G.711 mu-law, the nearest level each."""
    above = np.clip(np.searchsorted(_LEVELS, samples), 1, 255)
    nearer = np.where(samples - _LEVELS[above - 1] < _LEVELS[above] - samples, above - 1, above)
    return bytes(_ORDER[nearer].astype(np.uint8))


def tone(hertz: float, seconds: float, level: float = 0.3) -> Samples:
    """Return a sine tone."""
    return (level * np.sin(2 * np.pi * hertz * np.arange(int(RATE * seconds)) / RATE)).astype(np.float32)


def read_wav(path: Path) -> Samples:
    """Read a 16-bit mono 8 kHz wav file."""
    with wave.open(str(path), "rb") as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, 2):
            raise ValueError(f"{path.name} is not 8 kHz, mono, 16 bit")
        raw = file.readframes(file.getnframes())
    return (np.frombuffer(raw, dtype="<i2") / 32768).astype(np.float32)


def dominant_tone(samples: Samples) -> float:
    """Return the strongest frequency in hertz, 0 for silence."""
    if samples.size == 0 or float(np.max(np.abs(samples))) < 0.01:
        return 0.0
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
    return float(np.fft.rfftfreq(samples.size, 1 / RATE)[int(np.argmax(spectrum))])


def trimmed(samples: Samples, floor: float = 0.01) -> Samples:
    """Cut silence at both ends."""
    loud = np.flatnonzero(np.abs(samples) > floor)
    return samples[loud[0] : loud[-1] + 1] if loud.size else samples[:0]


def similarity(audio: Samples, pattern: Samples) -> tuple[float, float]:
    """Return the best normalised cross-correlation (-1..1) of the pattern in the audio and its second.

    Each window of the audio is normalised by its own energy, so loudness and what surrounds it do not count.
    """
    count = audio.size - pattern.size + 1
    energy = float(np.sum(pattern.astype(np.float64) ** 2))
    if count < 1 or energy == 0:
        return 0.0, 0.0
    size = 1 << int(audio.size + pattern.size - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(audio, size) * np.conj(np.fft.rfft(pattern, size)), size)[:count]
    squares = np.concatenate([[0.0], np.cumsum(audio.astype(np.float64) ** 2)])
    windows = squares[pattern.size :] - squares[: -pattern.size]
    scores = product / np.sqrt(np.maximum(windows, energy * 1e-3) * energy)
    best = int(np.argmax(scores))
    return float(scores[best]), best / RATE


def heard(audio: Samples, prompt: Path, *, first: float = 2.0, at_least: float = 0.7) -> float | None:
    """Return the second at which the prompt (its first `first` seconds of sound) was heard, or None."""
    pattern = trimmed(read_wav(prompt))[: int(first * RATE)]
    score, second = similarity(audio, pattern)
    return second if score >= at_least else None
