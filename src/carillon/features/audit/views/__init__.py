"""What pages that save share: one form (`saving`), and *Delete selected* of a list (`selected`)."""

from carillon.features.audit.views.saving import (
    Save,
    edit_page,
    receipt_of,
    show,
    tell,
    told,
    typed_numbers,
)
from carillon.features.audit.views.selected import delete_selected

__all__ = [
    "Save",
    "delete_selected",
    "edit_page",
    "receipt_of",
    "show",
    "tell",
    "told",
    "typed_numbers",
]
