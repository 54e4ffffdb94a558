"""Addresses of adding, renumbering and deleting lines."""

from django.urls import path

from carillon.features.line_management import views

urlpatterns = [
    path("lines/add/", views.add_line, name="add-line"),
    path("lines/delete/", views.delete_lines, name="delete-lines"),
    path("lines/<int:line_id>/service/", views.line_service, name="line-service"),
    path("lines/<int:line_id>/delete/", views.delete_line, name="delete-line"),
]
