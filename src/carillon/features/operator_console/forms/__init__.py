"""The operator's forms: groups, numbers and ways out (`desk`), departments (`departments`), lines (`lines`)."""

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
from carillon.features.operator_console.forms.lines import (
    DeleteLineForm,
    HandOutForm,
    LineServiceForm,
    NewLineForm,
)

__all__ = [
    "BlockForm",
    "ClassForm",
    "DeleteLineForm",
    "DepartmentForm",
    "GrantsForm",
    "GroupForm",
    "HandOutForm",
    "LineServiceForm",
    "NewGroupForm",
    "NewLineForm",
    "RouteForm",
    "TrunkForm",
]
