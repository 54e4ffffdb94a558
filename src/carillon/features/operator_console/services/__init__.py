"""What one form of the operator does: a whole company (`companies`), a whole line and its first secrets (`lines`)."""

from carillon.features.operator_console.services.companies import CreatedCompany, NewCompany, create_company
from carillon.features.operator_console.services.lines import Secrets, add_line, hand_out

__all__ = ["CreatedCompany", "NewCompany", "Secrets", "add_line", "create_company", "hand_out"]
