"""Addresses of the list of lines and of one line."""

from django.urls import path

from carillon.features.lines import views

urlpatterns = [
    path("", views.home, name="home"),
    path("lines/", views.lines, name="lines"),
    path("lines/<int:line_id>/", views.line, name="line"),
    path("lines/<int:line_id>/call-settings/", views.call_settings, name="call-settings"),
    path("lines/<int:line_id>/changes/", views.changes, name="line-changes"),
]
