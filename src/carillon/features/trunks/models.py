"""Trunks to carriers, and the routes that choose one for a class of call."""

from django.db import models


class Trunk(models.Model):
    """A carrier's SIP trunk. `name` is the engine's endpoint (`[a-z0-9-]`); the secret is encrypted.

    `host`/`port` are where calls go out; the carrier authenticates inbound as `name` with `secret`, or by
    one of `source_addresses` where it cannot.
    """

    name = models.CharField(max_length=32, unique=True)
    label = models.CharField(max_length=64)
    host = models.CharField(max_length=255)
    port = models.PositiveIntegerField(default=5060)
    transport = models.CharField(max_length=4, default="udp")
    username = models.CharField(max_length=64, blank=True)
    secret = models.CharField(max_length=255, blank=True)
    source_addresses = models.JSONField(default=list, blank=True)
    own_numbers_only = models.BooleanField(default=False)
    unicode_names = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.label


class Route(models.Model):
    """For a group (or every group when null): these classes of call go out by this trunk, in `position` order."""

    group = models.ForeignKey(
        "business_groups.BusinessGroup", models.CASCADE, null=True, blank=True, related_name="routes"
    )
    trunk = models.ForeignKey(Trunk, models.PROTECT, related_name="routes")
    position = models.PositiveSmallIntegerField(default=1)
    classes = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return f"{self.position} {self.trunk_id}"
