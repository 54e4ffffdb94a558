from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "carillon.features.feedback"
    label = "feedback"
    default_auto_field = "django.db.models.BigAutoField"
