"""Start one supervised process so that it cannot outlive its supervisor, unless it carries calls.

`python -m carillon.config.child <supervisor's pid> <name>` asks the kernel for SIGKILL when the supervisor dies,
however it dies (even by `kill -9`), and then becomes `carillon <name>`. The request survives `exec`. A supervisor of
0 asks for nothing: calls outlive every process of ours, so the engine goes on and is taken over at the next start.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)


def die_with(supervisor: int) -> None:
    """Ask for SIGKILL at the supervisor's death; leave at once if it is dead already."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        sys.stderr.write(
            "carillon: the kernel refused PR_SET_PDEATHSIG; a killed supervisor leaves this process\n"
        )
    if os.getppid() != supervisor:  # it died between starting us and the call above
        sys.exit(1)


if __name__ == "__main__":
    if sys.argv[1] != "0":
        die_with(int(sys.argv[1]))
    from carillon.config.cli import main

    sys.exit(main(sys.argv[2:]))
