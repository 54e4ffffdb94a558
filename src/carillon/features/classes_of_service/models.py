"""Classes of service: which classes of call a line may make."""

from django.db import models


class ClassOfService(models.Model):
    """An operator's class of service; `permitted` lists values of calls.model.CallClass."""

    name = models.CharField(max_length=64, unique=True)
    permitted = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "classes of service"

    def __str__(self) -> str:
        return self.name
