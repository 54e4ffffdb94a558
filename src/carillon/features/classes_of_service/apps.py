from django.apps import AppConfig


class ClassesOfServiceConfig(AppConfig):
    name = "carillon.features.classes_of_service"
    label = "classes_of_service"
    default_auto_field = "django.db.models.BigAutoField"
