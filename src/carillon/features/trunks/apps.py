from django.apps import AppConfig


class TrunksConfig(AppConfig):
    name = "carillon.features.trunks"
    label = "trunks"
    default_auto_field = "django.db.models.BigAutoField"
