"""Answers that show secrets once, and the same again to the same form sent twice."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_variables

from carillon.features.accounts.queries import Access
from carillon.features.audit.views import receipt_of, show
from carillon.features.line_management.services import Secrets, sealed, unsealed
from carillon.web.once import SentForm


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What this form was answered before, kept sealed in the session."""

    form: SentForm

    def find(self) -> Secrets | None:
        """Return the line and the secrets it was made with, None when this form made none."""
        return unsealed(self.form.find())

    def keep(self, made: Secrets) -> None:
        """Keep them for a while."""
        self.form.keep(sealed(made))


@sensitive_variables()
def show_secrets(request: HttpRequest, access: Access, made: Secrets, *, onwards: str) -> HttpResponse:
    """Show what was made, in this answer only; `onwards` is where the page leads."""
    receipt = receipt_of(request, made.receipt)
    context = {"access": access, "made": made, "receipt": receipt, "onwards": onwards}
    return show(request, "line_management/secrets.html", context)
