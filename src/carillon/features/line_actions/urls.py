"""Addresses of what is done to a whole line."""

from django.urls import path

from carillon.features.line_actions import views

urlpatterns = [
    path("lines/move/", views.move, name="move-lines"),
    path("lines/<int:line_id>/details/", views.details, name="line-details"),
    path("lines/<int:line_id>/lock/", views.lock, name="lock-line"),
    path("lines/<int:line_id>/unlock/", views.unlock, name="unlock-line"),
    path("lines/<int:line_id>/reset/", views.reset, name="reset-line"),
    path("lines/<int:line_id>/undo-reset/", views.undo_reset, name="undo-reset"),
    path("lines/<int:line_id>/erase-snapshot/", views.erase_snapshot, name="erase-snapshot"),
]
