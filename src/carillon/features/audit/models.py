"""The record of every change: who, when, which object, old and new values, version."""

from django.db import models

from carillon.web.folded import FoldedField


class AuditEntry(models.Model):
    """One change of one object. Never updated, never deleted by the portal."""

    at = models.DateTimeField(db_index=True)
    group = models.ForeignKey("business_groups.BusinessGroup", models.CASCADE, null=True, related_name="+")
    department_path = models.CharField(max_length=255, blank=True)
    user = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    actor = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    label = models.CharField(max_length=120)
    action = models.CharField(max_length=20)
    old = models.JSONField(default=dict)
    new = models.JSONField(default=dict)
    version = models.PositiveIntegerField()
    config_version = models.PositiveBigIntegerField(default=0)
    search_key = FoldedField(source="searched", max_length=300)

    class Meta:
        ordering = ("-id",)
        verbose_name_plural = "audit entries"
        indexes = (
            models.Index(fields=["group", "-id"], name="audit_group"),
            models.Index(fields=["kind", "object_id", "-id"], name="audit_object"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} v{self.version}"

    @property
    def searched(self) -> str:
        """What a search of the record looks at: the object's label and who changed it."""
        return f"{self.label} | {self.actor}"
