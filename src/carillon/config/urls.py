"""Every address of the portal."""

from django.urls import URLPattern, URLResolver, include, path

from carillon.config.processes_answer import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", health),
    path("", include("carillon.config.home")),
    path("", include("carillon.features.accounts.urls")),
    path("", include("carillon.features.departments.urls")),
    path("", include("carillon.features.record.urls")),
    path("", include("carillon.features.line_actions.urls")),
    path("", include("carillon.features.line_management.urls")),
    path("", include("carillon.features.lines.urls")),
    path("", include("carillon.features.call_manager.urls")),
    path("", include("carillon.features.voicemail.urls")),
    path("", include("carillon.features.operators.urls")),
    path("", include("carillon.features.operator_console.urls")),
    path("", include("carillon.features.line_imports.urls")),
    path("", include("carillon.features.account_settings.urls")),
    path("", include("carillon.features.feedback.urls")),
    path("", include("carillon.features.undoing.urls")),
    path("", include("carillon.web.help")),
    path("", include("carillon.web.receipts")),
]
