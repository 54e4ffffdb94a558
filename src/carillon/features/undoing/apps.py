from django.apps import AppConfig


class UndoingConfig(AppConfig):
    name = "carillon.features.undoing"
    label = "undoing"
