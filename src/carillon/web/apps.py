from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "carillon.web"
    label = "web"
