"""A password hasher that counts: the time a sign-in takes, without a clock."""

from __future__ import annotations

from django.contrib.auth.hashers import BasePasswordHasher


class CountingHasher(BasePasswordHasher):
    """Counts how often it is asked; what it returns is no secret."""

    algorithm: str | None = "counting"
    count = 0

    def salt(self) -> str:
        """No salt."""
        return "x"

    def encode(self, password: str, salt: str) -> str:
        """Return the password itself."""
        CountingHasher.count += 1
        return f"{self.algorithm}${salt}${password}"

    def decode(self, encoded: str) -> dict[str, str]:
        """Split what `encode` joined."""
        algorithm, salt, password = encoded.split("$", 2)
        return {"algorithm": algorithm, "salt": salt, "hash": password}

    def verify(self, password: str, encoded: str) -> bool:
        """Compare."""
        return self.encode(password, "x") == encoded

    def must_update(self, encoded: str) -> bool:
        """Never."""
        return False

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing to even out."""
