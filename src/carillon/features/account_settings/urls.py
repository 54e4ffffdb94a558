"""Addresses of a line's account settings."""

from django.urls import path

from carillon.features.account_settings import views

urlpatterns = [
    path("lines/<int:line_id>/account/", views.account, name="account-settings"),
    path("lines/<int:line_id>/account/pin/", views.pin, name="voicemail-pin"),
]
