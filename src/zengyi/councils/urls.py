"""Addresses of the councils' pages. Every name stands in ``roles.toml``."""

from django.urls import path

from zengyi.councils.pages import minutes, moving, sessions, topics

urlpatterns = [
    path("councils/topics/", topics.topics, name="topics"),
    path("councils/topics/new", topics.topic_new, name="topic-new"),
    path("councils/topics/<row:topic_id>/", topics.topic, name="topic"),
    path("councils/topics/<row:topic_id>/screen", topics.topic_screen, name="topic-screen"),
    path("councils/topics/<row:topic_id>/<word:verb>", moving.topic_move, name="topic-move"),
    path("councils/sessions/", sessions.sessions, name="sessions"),
    path("councils/sessions/new", sessions.session_new, name="session-new"),
    path("councils/sessions/<row:session_id>/", sessions.session, name="session"),
    path("councils/sessions/<row:session_id>/minutes", minutes.session_minutes, name="session-minutes"),
    path("councils/sessions/<row:session_id>/minutes.pdf", minutes.session_paper, name="session-paper"),
    path("councils/sessions/<row:session_id>/minutes.json", minutes.session_file, name="session-file"),
    path("councils/sessions/<row:session_id>/invitation.pdf", minutes.session_invitation, name="session-invitation"),
    path("councils/sessions/<row:session_id>/notice.ics", minutes.session_calendar, name="session-calendar"),
    path("councils/sessions/<row:session_id>/<word:verb>", sessions.session_move, name="session-move"),
]
