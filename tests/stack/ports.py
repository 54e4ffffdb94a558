"""Ports for a private installation, below the kernel's ephemeral range so that no test socket can take them."""

from __future__ import annotations

import random
import socket

LOWEST, HIGHEST = 10000, 30000


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
    """Return the first of `count` consecutive free ports."""
    while True:
        first = random.randrange(LOWEST, HIGHEST, 10)
        if all(free(first + offset) for offset in range(count)):
            return first
