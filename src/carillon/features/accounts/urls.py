"""Addresses of signing in and of one's own account."""

from django.urls import path

from carillon.features.accounts import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("language/", views.language, name="language"),
    path("account/theme/", views.theme, name="theme"),
    path("account/columns/", views.list_columns, name="list-columns"),
    path("account/density/", views.list_density, name="list-density"),
    path("account/sessions/", views.sessions, name="sessions"),
    path("account/password/", views.new_password, name="new-password"),
]
