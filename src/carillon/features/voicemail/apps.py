from django.apps import AppConfig


class VoicemailConfig(AppConfig):
    name = "carillon.features.voicemail"
    label = "voicemail"
    default_auto_field = "django.db.models.BigAutoField"
