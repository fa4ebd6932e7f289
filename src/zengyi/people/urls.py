"""Addresses of the pages about people. Every name stands in ``roles.toml``."""

from django.urls import path

from zengyi.people.pages import entry, grants, imports, lists, my_data, self, staged

urlpatterns = [
    path("sign-in", entry.sign_in, name="sign-in"),
    path("sign-out", entry.sign_out, name="sign-out"),
    path("second-factor", entry.second_factor, name="second-factor"),
    path("second-factor-setup", self.second_factor_setup, name="second-factor-setup"),
    path("held", entry.held_page, name="held"),
    path("staged/<uuid:photo_id>", staged.staged_photo, name="staged-photo"),
    path("act-as", entry.act_as, name="act-as"),
    path("me/", self.me, name="me"),
    path("me/password", self.password, name="password"),
    path("me/data", my_data.my_data, name="my-data"),
    path("me/data/<str:token>/my-data.zip", my_data.my_data_file, name="my-data-file"),
    path("me/looks", self.my_looks, name="my-looks"),
    path("me/naming", self.naming, name="naming"),
    path("me/register", self.register, name="register"),
    path("people/members/", lists.members, name="members"),
    path("people/residents/", lists.residents, name="residents"),
    path("people/persons/<row:person_id>/", lists.person, name="person"),
    path("people/persons/<row:person_id>/contact", lists.person_contact, name="person-contact"),
    path("people/persons/<row:person_id>/login", lists.login_open, name="login-open"),
    path("people/organisations/", lists.organisations, name="organisations"),
    path("people/organisations/new", lists.organisation_new, name="organisation-new"),
    path("people/registrations/<row:registration_id>/confirm", lists.registration_confirm, name="registration-confirm"),
    path("people/registrations/<row:registration_id>/end", lists.registration_end, name="registration-end"),
    path("people/grants/", grants.grants, name="grants"),
    path("people/grants/new", grants.grant_new, name="grant-new"),
    path("people/grants/stand-in", grants.stand_in, name="stand-in"),
    path("people/grants/<row:grant_id>/end", grants.grant_end, name="grant-end"),
    path("people/hand-overs/", grants.hand_overs, name="hand-overs"),
    path("people/import/<str:sheet>/", imports.import_, name="import"),
    path("people/import/<str:sheet>/template", imports.import_template, name="import-template"),
]
