"""Number blocks: the directory numbers a business group holds."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact


class NumberBlock(models.Model):
    """Consecutive numbers, both ends included, in E.164 form (`+15145550100`)."""

    group = models.ForeignKey("business_groups.BusinessGroup", models.CASCADE, related_name="number_blocks")
    first = models.CharField(max_length=16, db_index=True)
    last = models.CharField(max_length=16)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("first",)
        constraints = (
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="block_in_order"),
            models.CheckConstraint(
                condition=Exact(Length(F("first")), Length(F("last"))), name="block_ends_of_one_length"
            ),
            models.CheckConstraint(condition=Q(first__startswith="+"), name="block_e164"),
        )

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"
