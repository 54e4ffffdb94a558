from django.apps import AppConfig


class NumberBlocksConfig(AppConfig):
    name = "carillon.features.number_blocks"
    label = "number_blocks"
    default_auto_field = "django.db.models.BigAutoField"
