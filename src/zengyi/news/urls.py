"""Addresses of news."""

from django.urls import path

from zengyi.news.pages import boards, desk, moving, public

urlpatterns = [
    path("news/", public.news, name="news"),
    path("news/desk/", desk.desk, name="news-desk"),
    path("news/new", desk.new, name="news-new"),
    path("news/look", desk.look, name="news-look"),
    path("news/pictures/<uuid:picture_id>.jpg", public.picture, name="news-photo"),
    path("news/pictures/<uuid:picture_id>.preview.jpg", public.picture, {"preview": True}, name="news-preview"),
    path("news/desk/pictures/<uuid:picture_id>.jpg", desk.draft_picture, name="news-draft-photo"),
    path("news/boards/", boards.boards, name="news-boards"),
    path("news/boards/photos/<uuid:photo_id>.jpg", boards.board_photo, name="news-board-photo"),
    path("news/hung/<row:hung_id>/", boards.hung, name="news-hung"),
    path("news/hung/<row:hung_id>/down", moving.take_down, name="news-take-down"),
    path("news/<row:piece_id>/", public.piece, name="piece"),
    path("news/<row:piece_id>/a4.pdf", public.sheet, name="news-sheet"),
    path("news/<row:piece_id>/poster.png", public.poster, name="news-poster"),
    path("news/<row:piece_id>/long.png", public.long, name="news-long"),
    path("news/<row:piece_id>/rich.html", public.rich, name="news-rich"),
    path("news/<row:piece_id>/robot.txt", public.robot, name="news-robot"),
    path("news/<row:piece_id>/robot.md", public.markdown, name="news-markdown"),
    path("news/<row:piece_id>/plain.txt", public.plain, name="news-plain"),
    path("news/<row:piece_id>/edit", desk.edit, name="news-edit"),
    path("news/<row:piece_id>/answers", desk.answer, name="news-answer"),
    path("news/<row:piece_id>/trial/a4.png", desk.trial_sheet, name="news-trial-sheet"),
    path("news/<row:piece_id>/trial/poster.png", desk.trial_poster, name="news-trial-poster"),
    path("news/<row:piece_id>/hang", moving.hang, name="news-hang"),
    path("news/<row:piece_id>/step/<word:verb>", moving.step, name="news-step"),
    path("feeds/<row:community_id>.atom", public.feed_atom, name="feed-atom"),
    path("feeds/<row:community_id>.json", public.feed_json, name="feed-json"),
]
