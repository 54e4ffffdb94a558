from django.apps import AppConfig


class CallLogsConfig(AppConfig):
    name = "carillon.features.call_logs"
    label = "call_logs"
    default_auto_field = "django.db.models.BigAutoField"
