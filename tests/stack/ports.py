"""Ports for a private installation, below the kernel's ephemeral range so that no test socket can take them."""

from __future__ import annotations

import random
import socket

LOWEST, HIGHEST = 10000, 30000
TEN = 10


class NoPorts(Exception):
    """No block of this length is free."""


_claims: list[socket.socket] = []
"""Kept until this process ends, however it ends."""


def free(port: int) -> bool:
    """Whether nobody listens on this port of 127.0.0.1, over UDP and TCP."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


def free_block(count: int) -> int:
    """Return the first of `count` consecutive free ports; no other process that asks here is given one of them.

    What will listen on them starts later: until then only the claim keeps a test run beside this one away.
    """
    starts = range(LOWEST, HIGHEST, TEN)
    for first in random.sample(starts, len(starts)):
        if all(free(first + offset) for offset in range(count)) and _claim(range(first, first + count, TEN)):
            return first
    raise NoPorts(count)


def _claim(tens: range) -> bool:
    """Claim each ten of ports that begins here, or none of them."""
    made: list[socket.socket] = []
    for ten in tens:
        claim = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        made.append(claim)
        try:
            claim.bind(f"\0carillon-test-ports-{ten}")  # a name of the kernel's, not a file
        except OSError:
            for each in made:
                each.close()
            return False
    _claims.extend(made)
    return True
