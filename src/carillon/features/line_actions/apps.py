from django.apps import AppConfig


class LineActionsConfig(AppConfig):
    name = "carillon.features.line_actions"
    label = "line_actions"
    default_auto_field = "django.db.models.BigAutoField"
