"""Addresses of sending feedback."""

from django.urls import path

from carillon.features.feedback import views

urlpatterns = [
    path("feedback/", views.feedback, name="feedback"),
    path("feedback/<int:feedback_id>/sent/", views.feedback_sent, name="feedback-sent"),
]
