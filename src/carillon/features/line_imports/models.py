"""Imports of lines: the file, where it stands, what it would do and what is wrong with it."""

from django.db import models

from carillon.features.line_imports.choices import ImportState


class LineImport(models.Model):
    """One file. `file` is below the home folder, "" once it is gone; its progress is beside it (queries.progress_of).

    `errors` lists row, column, value, code and params of each refused cell; `first_rows` what the first rows would do.
    """

    group = models.ForeignKey("business_groups.BusinessGroup", models.CASCADE, related_name="+")
    user = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    actor = models.CharField(max_length=120)
    file_name = models.CharField(max_length=120)
    file = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=ImportState, default=ImportState.WAITING)
    rows = models.PositiveIntegerField(default=0)
    created_lines = models.PositiveIntegerField(default=0)
    changed_lines = models.PositiveIntegerField(default=0)
    unchanged_lines = models.PositiveIntegerField(default=0)
    refused_rows = models.PositiveIntegerField(default=0)
    new_departments = models.JSONField(default=list)
    first_rows = models.JSONField(default=list)
    errors = models.JSONField(default=list)
    at = models.DateTimeField()
    touched = models.DateTimeField()
    saved_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(
                fields=["touched"],
                name="line_import_waiting",
                condition=models.Q(state__in=("waiting", "checking", "queued", "saving")),
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=ImportState.values), name="line_import_state_known"
            ),
        )

    def __str__(self) -> str:
        return self.file_name
