from django.apps import AppConfig


class LineImportsConfig(AppConfig):
    name = "carillon.features.line_imports"
    label = "line_imports"
    default_auto_field = "django.db.models.BigAutoField"
