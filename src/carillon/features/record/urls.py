"""Address of the record of changes."""

from django.urls import path

from carillon.features.record import views

urlpatterns = [path("record/", views.record, name="record")]
