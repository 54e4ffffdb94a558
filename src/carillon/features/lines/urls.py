"""Addresses of the lists of lines and of one line."""

from django.urls import path

from carillon.features.lines import views

urlpatterns = [
    path("lines/", views.lines, name="lines"),
    path("users/", views.users, name="users"),
    path("attendants/", views.attendants, name="attendants"),
    path("group-access/", views.group_access, name="group-access"),
    path("lines/live/", views.live, name="lines-live"),
    path("lines/download/", views.download, name="lines-download"),
    path("lines/<int:line_id>/", views.line, name="line"),
    path("lines/<int:line_id>/changes/", views.changes, name="line-changes"),
]
