"""Settings read once from the environment by typed readers that refuse nonsense.

Every variable is `CARILLON_<NAME>`; a secret may come from `CARILLON_<NAME>_FILE` instead. Without any, the
embedded default holds: everything under one home folder, SQLite, generated secrets in `<home>/secrets.json`.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from carillon.errors import CarillonError

SECRET_NAMES = ("django", "engine", "ami", "encryption")


class BadSetting(CarillonError):
    """A setting's value cannot be used; `name` is the variable, `why` what it must be."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name = name
        self.why = why


def text(name: str, default: str) -> str:
    """Return the variable `CARILLON_<name>`, or the contents of the file `CARILLON_<name>_FILE`."""
    file = os.environ.get(f"CARILLON_{name}_FILE")
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    return os.environ.get(f"CARILLON_{name}", default)


def number(name: str, default: int, *, low: int = 0, high: int = 65535) -> int:
    """Return a whole number between `low` and `high`."""
    raw = text(name, str(default))
    if not raw.isascii() or not raw.isdigit() or not low <= int(raw) <= high:
        raise BadSetting(f"CARILLON_{name}", f"a whole number from {low} to {high}")
    return int(raw)


def flag(name: str, *, default: bool) -> bool:
    """Return a switch: 1/0, yes/no, on/off, true/false."""
    raw = text(name, "1" if default else "0").lower()
    if raw in {"1", "yes", "on", "true"}:
        return True
    if raw in {"0", "no", "off", "false"}:
        return False
    raise BadSetting(f"CARILLON_{name}", "yes or no")


def path(name: str) -> Path | None:
    """Return an absolute path, None when it is not set."""
    raw = text(name, "")
    return Path(raw).absolute() if raw else None


def project_folder() -> Path:
    """Return the checkout's root, where the embedded default keeps its home."""
    return Path(__file__).resolve().parents[3]


def home() -> Path:
    """Return the folder that holds everything the embedded product writes."""
    return Path(text("HOME", str(project_folder() / ".carillon"))).absolute()


@dataclass(frozen=True, slots=True)
class Secrets:
    """Generated at the first start: 256 bits each, readable by the owner only."""

    django: str
    engine: str
    ami: str
    encryption: str


def load_secrets(folder: Path) -> Secrets:
    """Return the installation's secrets, generating `<folder>/secrets.json` (mode 0600) if it is missing."""
    file = folder / "secrets.json"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = {name: secrets.token_urlsafe(32) for name in SECRET_NAMES}
        part = file.with_suffix(f".{os.getpid()}.part")
        part.touch(mode=0o600)
        part.write_text(json.dumps(fresh), encoding="utf-8")
        try:
            os.link(part, file)  # atomic: of two first starts, one wins and both read the same
        except FileExistsError:
            pass
        finally:
            part.unlink()
    kept = json.loads(file.read_text(encoding="utf-8"))
    return Secrets(**{name: text(f"SECRET_{name.upper()}", kept[name]) for name in SECRET_NAMES})
