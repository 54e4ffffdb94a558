"""Addresses of the pages that say how a line treats its calls."""

from django.urls import path

from carillon.features.call_manager.views import call_settings, incoming

urlpatterns = [
    path("lines/<int:line_id>/incoming-calls/", incoming.incoming, name="incoming-calls"),
    path(
        "lines/<int:line_id>/incoming-calls/preview/",
        incoming.preview_incoming,
        name="preview-incoming-calls",
    ),
    path("lines/<int:line_id>/availability/", incoming.availability, name="availability"),
    path(
        "lines/<int:line_id>/availability/preview/",
        incoming.preview_availability,
        name="preview-availability",
    ),
    path("lines/<int:line_id>/call-settings/", call_settings.call_settings, name="call-settings"),
    path(
        "lines/<int:line_id>/call-settings/preview/",
        call_settings.preview_call_settings,
        name="preview-call-settings",
    ),
]
