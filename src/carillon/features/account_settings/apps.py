from django.apps import AppConfig


class AccountSettingsConfig(AppConfig):
    name = "carillon.features.account_settings"
    label = "account_settings"
