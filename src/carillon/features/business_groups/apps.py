from django.apps import AppConfig


class BusinessGroupsConfig(AppConfig):
    name = "carillon.features.business_groups"
    label = "business_groups"
    default_auto_field = "django.db.models.BigAutoField"
