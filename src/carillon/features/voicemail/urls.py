"""Addresses of a line's message settings."""

from django.urls import path

from carillon.features.voicemail import views

urlpatterns = [
    path("lines/<int:line_id>/messages/", views.messages, name="message-settings"),
    path("lines/<int:line_id>/messages/preview/", views.preview, name="preview-message-settings"),
]
