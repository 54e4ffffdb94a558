"""Departments: the tree below a business group."""

from typing import ClassVar

from django.db import models

from carillon.web.folded import FoldedField, FoldingQuerySet


class Department(models.Model):
    """A node of the tree. `path` is `/12/45/`: the ids from the root down to this one, so a subtree is a prefix.

    `full_name` is the written path (`Montréal/Ventes`), as files write it.
    """

    group = models.ForeignKey("business_groups.BusinessGroup", models.CASCADE, related_name="departments")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(max_length=64)
    path = models.CharField(max_length=255, blank=True, db_index=True)
    full_name = models.TextField(blank=True, default="", editable=False)
    name_key = FoldedField(source="full_name", max_length=600)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[models.Manager["Department"]] = models.Manager.from_queryset(FoldingQuerySet)()

    class Meta:
        ordering = ("path",)
        indexes = (models.Index(fields=["group", "name_key"], name="department_group_name"),)
        constraints = (
            models.UniqueConstraint(
                fields=["group", "parent", "name"], name="department_name_among_siblings"
            ),
            models.UniqueConstraint(
                fields=["group", "name"],
                condition=models.Q(parent__isnull=True),
                name="department_name_at_top",
            ),
            models.CheckConstraint(
                condition=~models.Q(name__contains="/") & ~models.Q(name=""), name="department_name_plain"
            ),
        )

    def __str__(self) -> str:
        return self.name
