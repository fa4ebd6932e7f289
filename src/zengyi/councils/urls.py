"""Addresses of the councils' pages. Every name stands in ``roles.toml``."""

from django.urls import path

from zengyi.councils.pages import topics

urlpatterns = [
    path("councils/topics/", topics.topics, name="topics"),
    path("councils/topics/new", topics.topic_new, name="topic-new"),
    path("councils/topics/<row:topic_id>/", topics.topic, name="topic"),
    path("councils/topics/<row:topic_id>/screen", topics.topic_screen, name="topic-screen"),
]
