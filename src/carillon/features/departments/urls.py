"""Addresses of departments."""

from django.urls import path

from carillon.features.departments import views

urlpatterns = [path("departments/choose/", views.choose, name="choose-department")]
