"""Make sure the programs that the tests drive are on this machine: installed by apt, or named.

`python3 tools/system_packages.py sipp chromium` installs what is missing (as root, or through `sudo -n`) or says
what to type.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PACKAGES = {
    "sipp": "sip-tester",
    "chromium": "chromium",
    "initdb": "postgresql",
    "msgfmt": "gettext",
    "xgettext": "gettext",
}
ELSEWHERE = {"initdb": "/usr/lib/postgresql/*/bin/initdb"}


def find(program: str) -> str | None:
    """Return where a program is, also where Debian keeps it off the path; None when it is missing."""
    found = shutil.which(program)
    if found or program not in ELSEWHERE:
        return found
    return next(
        (str(path) for path in sorted(Path("/").glob(ELSEWHERE[program].lstrip("/")), reverse=True)), None
    )


def install(packages: Sequence[str]) -> bool:
    """Install packages with apt without asking anything; return whether it could."""
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if prefix and shutil.which("sudo") is None:
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = [*prefix, "apt-get", "-qq", "-y", "--no-install-recommends", "install", *packages]
    if subprocess.run(command, env=environment, check=False).returncode == 0:
        return True
    # the lists of a fresh machine are often empty or old
    subprocess.run([*prefix, "apt-get", "-qq", "update"], env=environment, check=False)
    return subprocess.run(command, env=environment, check=False).returncode == 0


def main(programs: Sequence[str]) -> int:
    """Return 0 once every program is there."""
    missing = sorted({PACKAGES[program] for program in programs if find(program) is None})
    if not missing:
        print(f"[setup] programs: {', '.join(programs)}: there", flush=True)
        return 0
    print(f"[setup] installing {' '.join(missing)} with apt ...", flush=True)
    if install(missing) and all(find(program) for program in programs):
        return 0
    print(f"[setup] missing; type: sudo apt install {' '.join(missing)}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or sorted(PACKAGES)))
