from django.apps import AppConfig


class LineManagementConfig(AppConfig):
    name = "carillon.features.line_management"
    label = "line_management"
    default_auto_field = "django.db.models.BigAutoField"
