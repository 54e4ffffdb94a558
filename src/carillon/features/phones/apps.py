from django.apps import AppConfig


class PhonesConfig(AppConfig):
    name = "carillon.features.phones"
    label = "phones"
    default_auto_field = "django.db.models.BigAutoField"
