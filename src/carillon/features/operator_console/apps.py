from django.apps import AppConfig


class OperatorConsoleConfig(AppConfig):
    name = "carillon.features.operator_console"
    label = "operator_console"
    default_auto_field = "django.db.models.BigAutoField"
