"""Address of the button that undoes a change."""

from django.urls import path

from carillon.features.undoing import views

urlpatterns = [path("receipts/<str:token>/undo/", views.undo, name="undo")]
