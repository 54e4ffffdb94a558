from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "carillon.features.record"
    label = "record"
