"""Phones: the SIP accounts of a line, one engine endpoint each."""

from django.db import models


class Phone(models.Model):
    """A SIP phone. `sip_user` is the engine's endpoint; `sip_secret` is encrypted (phones.services)."""

    group = models.ForeignKey("business_groups.BusinessGroup", models.CASCADE, related_name="phones")
    line = models.ForeignKey("lines.Line", models.CASCADE, null=True, blank=True, related_name="phones")
    sip_user = models.CharField(max_length=32, unique=True)
    sip_secret = models.CharField(max_length=255)
    description = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("sip_user",)

    def __str__(self) -> str:
        return self.sip_user
