"""The operator's forms: groups, numbers and ways out (`desk`), departments (`departments`), secrets (`secrets`)."""

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
from carillon.features.operator_console.forms.secrets import HandOutForm

__all__ = [
    "BlockForm",
    "ClassForm",
    "DepartmentForm",
    "GrantsForm",
    "GroupForm",
    "HandOutForm",
    "NewGroupForm",
    "RouteForm",
    "TrunkForm",
]
