"""What a file of lines may hold, and where an import of one stands."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _

from carillon.features.lines.choices import LineKind
from carillon.web.csv_files import Column


class ImportState(models.TextChoices):
    """Where an import stands; only a checked one without errors can be saved."""

    WAITING = "waiting", _("Waiting for its check")
    CHECKING = "checking", _("Being checked")
    REFUSED = "refused", _("Refused: it has errors")
    CHECKED = "checked", _("Checked: nothing saved yet")
    QUEUED = "queued", _("Waiting to be saved")
    SAVING = "saving", _("Being saved")
    SAVED = "saved", _("Saved")
    FAILED = "failed", _("Interrupted: nothing was saved")


COLUMNS = (
    Column("number", ("Number", "Numéro", "Directory number", "Numéro de répertoire"), required=True),
    Column("name", ("Name", "Nom", "Account name", "Nom de compte"), required=True),
    Column("department", ("Department", "Service")),
    Column("extension", ("Extension", "Poste")),
    Column("kind", ("Type",)),
    Column("language", ("Language", "Langue")),
    Column("class_of_service", ("Class of service", "Classe de service")),
    Column("voicemail", ("Voicemail", "Messagerie vocale")),
    Column("emergency_address", ("Emergency address", "Adresse d'urgence")),
    Column("phone", ("SIP account", "Compte SIP")),
    Column("portal", ("Portal account", "Compte du portail")),
)
"""The titles in English and French; an absent column and an empty cell change nothing of a line that exists."""

KINDS: Mapping[str, LineKind] = {
    "": LineKind.USER,
    **{kind.value: kind for kind in LineKind},
    "user line": LineKind.USER,
    "ligne d'utilisateur": LineKind.USER,
    "utilisateur": LineKind.USER,
    "basic user line": LineKind.BASIC,
    "ligne d'utilisateur de base": LineKind.BASIC,
    "de base": LineKind.BASIC,
    "common-area line": LineKind.COMMON_AREA,
    "common area": LineKind.COMMON_AREA,
    "ligne d'aire commune": LineKind.COMMON_AREA,
    "aire commune": LineKind.COMMON_AREA,
    "easy attendant": LineKind.EASY_ATTENDANT,
    "standardiste automatisé": LineKind.EASY_ATTENDANT,
    "premium attendant": LineKind.PREMIUM_ATTENDANT,
    "standardiste évolué": LineKind.PREMIUM_ATTENDANT,
    "hunt group pilot": LineKind.PILOT,
    "pilote de groupe de recherche": LineKind.PILOT,
    "pilote": LineKind.PILOT,
    "mailbox only": LineKind.MAILBOX_ONLY,
    "boîte vocale seulement": LineKind.MAILBOX_ONLY,
    "virtual extension": LineKind.VIRTUAL_EXTENSION,
    "poste virtuel": LineKind.VIRTUAL_EXTENSION,
    "trunk line": LineKind.TRUNK,
    "ligne de jonction": LineKind.TRUNK,
}
LANGUAGES: Mapping[str, str] = {
    "fr": "fr", "français": "fr", "francais": "fr", "french": "fr", "en": "en", "english": "en", "anglais": "en",
}  # fmt: skip
YES_NO: Mapping[str, bool] = {
    "yes": True, "oui": True, "y": True, "o": True, "1": True, "true": True, "x": True,
    "no": False, "non": False, "n": False, "0": False, "false": False,
}  # fmt: skip

INLINE_ROWS = 500
"""Up to this many rows are checked and saved while the page waits; more go to the worker."""
MOST_ROWS = 100_000
LONGEST_ADDRESS = 200
BATCH = 1000
MOST_LEVELS = 20
FIRST_ROWS = 100
"""How many of the rows that change something the page shows before saving."""
