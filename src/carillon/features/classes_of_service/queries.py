"""Reading classes of service."""

from __future__ import annotations

from carillon.features.classes_of_service.models import ClassOfService


def class_choices() -> list[tuple[int, str]]:
    """Return the classes of service to choose from."""
    return list(ClassOfService.objects.order_by("name").values_list("pk", "name"))
