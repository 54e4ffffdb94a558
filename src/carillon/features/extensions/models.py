"""Extensions: the short numbers that dial other numbers of the group."""

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact


class Extension(models.Model):
    """An extension or a range of them; the numbers follow one by one from `first_number` (E.164).

    A single extension has `first == last`. `line` is set for a single extension whose number has a line.
    """

    group = models.ForeignKey("business_groups.BusinessGroup", models.CASCADE, related_name="extensions")
    first = models.CharField(max_length=7)
    last = models.CharField(max_length=7)
    first_number = models.CharField(max_length=16)
    line = models.OneToOneField(
        "lines.Line", models.SET_NULL, null=True, blank=True, related_name="extension"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("first",)
        constraints = (
            models.UniqueConstraint(fields=["group", "first"], name="extension_once_in_group"),
            models.CheckConstraint(condition=~models.Q(first=""), name="extension_has_digits"),
            models.CheckConstraint(
                condition=Exact(Length(models.F("first")), Length(models.F("last"))),
                name="extension_ends_of_one_length",
            ),
            models.CheckConstraint(
                condition=models.Q(line__isnull=True) | models.Q(first=models.F("last")),
                name="extension_of_a_line_is_single",
            ),
        )

    def __str__(self) -> str:
        return self.first if self.first == self.last else f"{self.first}-{self.last}"
