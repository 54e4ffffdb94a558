"""Addresses of the pages that say how a line treats its calls."""

from django.urls import path

from carillon.features.call_manager import views

urlpatterns = [
    path("lines/<int:line_id>/incoming-calls/", views.incoming, name="incoming-calls"),
    path(
        "lines/<int:line_id>/incoming-calls/preview/", views.preview_incoming, name="preview-incoming-calls"
    ),
    path("lines/<int:line_id>/availability/", views.availability, name="availability"),
    path(
        "lines/<int:line_id>/availability/preview/", views.preview_availability, name="preview-availability"
    ),
]
