"""Addresses of the imports of lines."""

from django.urls import path

from carillon.features.line_imports import views

urlpatterns = [
    path("groups/<int:group_id>/line-imports/", views.line_imports, name="line-imports"),
    path("groups/<int:group_id>/line-imports/example/", views.example, name="line-imports-example"),
    path("line-imports/<int:import_id>/", views.line_import, name="line-import"),
    path("line-imports/<int:import_id>/progress/", views.progress, name="line-import-progress"),
    path("line-imports/<int:import_id>/save/", views.save, name="line-import-save"),
    path("line-imports/<int:import_id>/forget/", views.forget, name="line-import-forget"),
    path("line-imports/<int:import_id>/errors/", views.errors, name="line-import-errors"),
]
