"""Lines: directory numbers with their owner's name and standing."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Concat

from carillon.features.business_groups.choices import PortalLanguage
from carillon.features.lines.choices import LineKind
from carillon.web.folded import FoldedField, FoldingQuerySet


class Line(models.Model):
    """A directory number of a business group; `number` is E.164, unique on the platform.

    `name` is the account name; `calling_name` what phones inside the group show ("" = the account name).
    `extension_digits` and `department_key` repeat the line's extension and its department's folded path ("" = none;
    lines.services.note_keys keeps them), so that a list of 100,000 lines is searched and sorted by one index.
    """

    group = models.ForeignKey(
        "business_groups.BusinessGroup", models.CASCADE, related_name="lines", db_index=False
    )
    department = models.ForeignKey(
        "departments.Department", models.PROTECT, null=True, blank=True, related_name="lines"
    )
    number = models.CharField(max_length=16, unique=True)
    kind = models.CharField(max_length=20, choices=LineKind, default=LineKind.USER)
    name = models.CharField(max_length=64)
    calling_name = models.CharField(max_length=35, blank=True)
    language = models.CharField(max_length=2, choices=PortalLanguage, blank=True)
    class_of_service = models.ForeignKey("classes_of_service.ClassOfService", models.PROTECT)
    withhold_identity = models.BooleanField(default=False)
    barred = models.JSONField(default=list, blank=True)
    suspended = models.BooleanField(default=False)
    locked_at = models.DateTimeField(null=True, blank=True)
    locked_by = models.CharField(max_length=64, blank=True)
    emergency_address = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    name_key = FoldedField(source="name", max_length=128)
    extension_digits = models.CharField(max_length=7, blank=True, default="", editable=False)
    department_key = models.CharField(max_length=600, blank=True, default="", editable=False)
    search_key = models.GeneratedField(
        expression=Concat(F("name_key"), Value(" | "), F("number"), Value(" | "), F("extension_digits")),
        output_field=models.CharField(max_length=160),
        db_persist=True,
    )

    objects: ClassVar[models.Manager["Line"]] = models.Manager.from_queryset(FoldingQuerySet)()

    class Meta:
        ordering = ("number",)
        # One for each order of the list, ending in what is searched: a walk through an order needs nothing else.
        indexes = (
            models.Index(fields=["group", "name_key", "id", "search_key"], name="line_group_name"),
            models.Index(fields=["group", "kind", "name_key", "id"], name="line_group_kind"),
            models.Index(
                fields=["group", "extension_digits", "number", "id", "search_key"],
                name="line_group_extension",
            ),
            models.Index(
                fields=["group", "department_key", "number", "id", "search_key"], name="line_group_place"
            ),
            models.Index(
                fields=["group", "kind"], name="line_locked", condition=models.Q(locked_at__isnull=False)
            ),
            models.Index(fields=["group", "number", "id", "search_key"], name="line_group_number"),
            models.Index(fields=["group", "department", "number"], name="line_department_number"),
        )
        constraints = (
            models.CheckConstraint(condition=~models.Q(name=""), name="line_has_name"),
            models.CheckConstraint(condition=models.Q(number__startswith="+"), name="line_number_e164"),
            models.CheckConstraint(condition=models.Q(kind__in=LineKind.values), name="line_kind_known"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.name}"
