"""Addresses of the councils' pages. Every name stands in ``roles.toml``."""

from django.urls import path

from zengyi.councils.pages import ballots, ballots_desk, ballots_files, hall, minutes, moving, sessions, topics

urlpatterns = [
    path("councils/topics/", topics.topics, name="topics"),
    path("councils/topics/new", topics.topic_new, name="topic-new"),
    path("councils/stages", topics.stages, name="stages"),
    path("councils/topics/<row:topic_id>/", topics.topic, name="topic"),
    path("councils/topics/<row:topic_id>/screen", topics.topic_screen, name="topic-screen"),
    path("councils/topics/<row:topic_id>/<word:verb>", moving.topic_move, name="topic-move"),
    path("councils/photos/<uuid:photo_id>.jpg", topics.topic_photo, name="topic-photo"),
    path("councils/photos/<uuid:photo_id>.preview.jpg", topics.topic_photo, {"preview": True}, name="topic-preview"),
    path("councils/sessions/", sessions.sessions, name="sessions"),
    path("councils/sessions/new", sessions.session_new, name="session-new"),
    path("councils/sessions/<row:session_id>/", sessions.session, name="session"),
    path("councils/sessions/<row:session_id>/hall", hall.session_hall, name="session-hall"),
    path("councils/sessions/<row:session_id>/minutes", minutes.session_minutes, name="session-minutes"),
    path("councils/sessions/<row:session_id>/signing", minutes.session_sign, name="session-sign"),
    path("councils/sessions/<row:session_id>/minutes.pdf", minutes.session_paper, name="session-paper"),
    path("councils/sessions/<row:session_id>/minutes.json", minutes.session_file, name="session-file"),
    path("councils/sessions/<row:session_id>/invitation.pdf", minutes.session_invitation, name="session-invitation"),
    path("councils/sessions/<row:session_id>/notice.ics", minutes.session_calendar, name="session-calendar"),
    path("councils/sessions/<row:session_id>/<word:verb>", sessions.session_move, name="session-move"),
    path("councils/ballots/", ballots.ballots, name="ballots"),
    path("councils/ballots/new", ballots_desk.ballot_new, name="ballot-new"),
    path("councils/ballots/<row:ballot_id>/", ballots.ballot, name="ballot"),
    path("councils/ballots/<row:ballot_id>/vote", ballots.ballot_vote, name="ballot-vote"),
    path("councils/ballots/<row:ballot_id>/desk", ballots_desk.ballot_desk, name="ballot-desk"),
    path("councils/ballots/<row:ballot_id>/owners", ballots_desk.ballot_owners, name="ballot-owners"),
    path("councils/ballots/<row:ballot_id>/open", ballots_desk.ballot_open, name="ballot-open"),
    path("councils/ballots/<row:ballot_id>/close", ballots_desk.ballot_close, name="ballot-close"),
    path("councils/ballots/<row:ballot_id>/entry", ballots_desk.ballot_entry, name="ballot-entry"),
    path("councils/ballots/<row:ballot_id>/delivered", ballots_desk.ballot_delivered, name="ballot-delivered"),
    path("councils/ballots/<row:ballot_id>/mandate", ballots_desk.ballot_mandate, name="ballot-mandate"),
    path("councils/ballots/<row:ballot_id>/sale", ballots_desk.ballot_sale, name="ballot-sale"),
    path("councils/ballots/<row:ballot_id>/posted", ballots_desk.ballot_posted, name="ballot-posted"),
    path("councils/ballots/<row:ballot_id>/papers.pdf", ballots_files.ballot_papers, name="ballot-papers"),
    path("councils/ballots/<row:ballot_id>/file.zip", ballots_files.ballot_file, name="ballot-file"),
]
