"""Addresses of greetings."""

from django.urls import path
from zengyi.greetings import pages

urlpatterns = [path("greetings/", pages.greetings, name="greetings")]
