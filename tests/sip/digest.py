"""HTTP digest authentication as SIP uses it (RFC 3261 section 22, RFC 8760 for SHA-256)."""

from __future__ import annotations

import hashlib
import re
import secrets

ALGORITHMS = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


def read_challenge(value: str) -> dict[str, str]:
    """Read `Digest realm="x", nonce="y", ...` into its parameters, names in lower case."""
    return {
        name.lower(): quoted or plain
        for name, quoted, plain in re.findall(r'(\w+)\s*=\s*(?:"([^"]*)"|([^,\s]+))', value.partition(" ")[2])
    }


def strongest(challenges: list[str]) -> dict[str, str]:
    """Return the challenge with the strongest algorithm this agent knows."""
    known = [c for c in map(read_challenge, challenges) if c.get("algorithm", "MD5").upper() in ALGORITHMS]
    return max(known, key=lambda c: c.get("algorithm", "MD5").upper() == "SHA-256")


def authorization(challenge: dict[str, str], *, user: str, password: str, method: str, uri: str) -> str:
    """Return the value of the Authorization (or Proxy-Authorization) header that answers the challenge."""
    name = challenge.get("algorithm", "MD5").upper()
    algorithm = ALGORITHMS[name]

    def digest(text: str) -> str:
        return algorithm(text.encode("utf-8", "surrogateescape")).hexdigest()

    realm, nonce = challenge["realm"], challenge["nonce"]
    secret, what = digest(f"{user}:{realm}:{password}"), digest(f"{method}:{uri}")
    parts = [
        f'username="{user}"',
        f'realm="{realm}"',
        f'nonce="{nonce}"',
        f'uri="{uri}"',
        f"algorithm={name}",
    ]
    if "auth" in challenge.get("qop", "").split(","):
        cnonce = secrets.token_hex(8)
        answer = digest(f"{secret}:{nonce}:00000001:{cnonce}:auth:{what}")
        parts += ["qop=auth", "nc=00000001", f'cnonce="{cnonce}"']
    else:
        answer = digest(f"{secret}:{nonce}:{what}")
    parts.append(f'response="{answer}"')
    if "opaque" in challenge:
        parts.append(f'opaque="{challenge["opaque"]}"')
    return "Digest " + ", ".join(parts)
