"""What one form of the operator does: a whole company (`companies`), new secrets for a line (`handing_out`)."""

from carillon.features.operator_console.services.companies import CreatedCompany, NewCompany, create_company
from carillon.features.operator_console.services.handing_out import hand_out

__all__ = ["CreatedCompany", "NewCompany", "create_company", "hand_out"]
