from django.apps import AppConfig


class CallManagerConfig(AppConfig):
    name = "carillon.features.call_manager"
    label = "call_manager"
    default_auto_field = "django.db.models.BigAutoField"
