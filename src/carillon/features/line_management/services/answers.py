"""What a form that made a line answered, sealed: the same form sent again is answered the same, with the secrets."""

from __future__ import annotations

import json
from datetime import datetime

from carillon.features.audit.services import Receipt
from carillon.features.line_management.services.adding import Secrets
from carillon.features.lines.models import Line
from carillon.features.trunks.queries import decrypt_secret, encrypt_secret


def sealed(made: Secrets) -> str:
    """Return the answer encrypted like the secrets of SIP accounts."""
    receipt = made.receipt
    kept = {
        "line": made.line.pk,
        "secrets": [made.password, made.pin, made.sip_user, made.sip_secret],
        "receipt": [receipt.version, receipt.group_id, receipt.config_version, receipt.at.isoformat()],
    }
    return encrypt_secret(json.dumps(kept))


def unsealed(text: str) -> Secrets | None:
    """Return a sealed answer; None for none, and when its line has been deleted since."""
    if not text:
        return None
    kept = json.loads(decrypt_secret(text))
    line = Line.objects.filter(pk=kept["line"]).first()
    if line is None:
        return None
    version, group_id, config_version, at = kept["receipt"]
    receipt = Receipt("line", line.pk, version, group_id, config_version, datetime.fromisoformat(at))
    return Secrets(line, receipt, *kept["secrets"])
