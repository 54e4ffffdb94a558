"""The operator's forms: groups, numbers and ways out (`desk`), departments (`departments`)."""

from carillon.features.operator_console.forms.departments import DepartmentForm
from carillon.features.operator_console.forms.desk import (
    BlockForm,
    ClassForm,
    GrantsForm,
    GroupForm,
    NewGroupForm,
    RouteForm,
    TrunkForm,
)

__all__ = [
    "BlockForm",
    "ClassForm",
    "DepartmentForm",
    "GrantsForm",
    "GroupForm",
    "NewGroupForm",
    "RouteForm",
    "TrunkForm",
]
