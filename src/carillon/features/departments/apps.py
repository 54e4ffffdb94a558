from django.apps import AppConfig


class DepartmentsConfig(AppConfig):
    name = "carillon.features.departments"
    label = "departments"
    default_auto_field = "django.db.models.BigAutoField"
