"""Addresses of an operator's sign-in."""

from django.urls import path

from carillon.features.operators import views

urlpatterns = [
    path("operator/sign-in/", views.operator_sign_in, name="operator-sign-in"),
    path("operator/code/", views.operator_code, name="operator-code"),
]
