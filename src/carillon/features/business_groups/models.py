"""A business group: one customer organisation, the root every other row belongs to."""

from django.db import models

from carillon.features.business_groups.choices import PortalLanguage


class BusinessGroup(models.Model):
    """One customer. `config_version` grows in every transaction that changes anything of the group.

    `features` and `permissions` list values of choices.GroupFeature and GroupPermission; a number of licences that is
    null is unlimited. While `suspended` nobody of the group signs in, and its
    lines neither call nor are called, emergency calls excepted.
    """

    name = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=2, choices=PortalLanguage, default=PortalLanguage.FRENCH)
    timezone = models.CharField(max_length=64, default="America/Toronto")
    home_region = models.CharField(max_length=2, default="CA")
    main_number = models.CharField(max_length=16, blank=True)
    show_main_number = models.BooleanField(default=False)
    emergency_callback = models.CharField(max_length=16, blank=True)
    outside_prefix = models.CharField(max_length=3, blank=True)
    seven_digit_area_code = models.CharField(max_length=3, blank=True)
    local_area_codes = models.JSONField(default=list, blank=True)
    domestic_regions = models.JSONField(default=list, blank=True)
    locked_lines_ring = models.BooleanField(default=False)
    features = models.JSONField(default=list, blank=True)
    permissions = models.JSONField(default=list, blank=True)
    basic_acd_licences = models.PositiveIntegerField(null=True, blank=True)
    premium_acd_licences = models.PositiveIntegerField(null=True, blank=True)
    suspended = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    config_version = models.PositiveBigIntegerField(default=1)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
