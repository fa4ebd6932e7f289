"""Business steps about people: each public function is one step, one durable transaction, one audit event."""

from zengyi.people.actions.by_phone import login_of_person, person_of_phone
from zengyi.people.actions.codes import ask_code, forget_codes, send_codes, sharers, show_code, shown_in_demo, sign_in_by_code
from zengyi.people.actions.duties import take_duty
from zengyi.people.actions.factors import add_second_factor, app_secret, app_uri, new_key, pass_second_factor
from zengyi.people.actions.founding import BY_CODE, Chief, found_another, found_community, second_secretary
from zengyi.people.actions.founding import CLOSED as FIRST_DAY_OVER
from zengyi.people.actions.founding import first_day_by as first_day_by
from zengyi.people.actions.founding import is_open as first_day_is_open
from zengyi.people.actions.founding import new_password as first_day_password
from zengyi.people.actions.founding import write_code as write_first_day_code
from zengyi.people.actions.grants import end_grant, grant, stand_in
from zengyi.people.actions.holding import hold_person, hold_persons
from zengyi.people.actions.imports import Imported, import_sheet
from zengyi.people.actions.logins import sign_in
from zengyi.people.actions.looks import OpenAlready, look, open_contact
from zengyi.people.actions.merging import merge_persons
from zengyi.people.actions.my_data import export_own_data
from zengyi.people.actions.naming import agree_to_naming
from zengyi.people.actions.on_behalf import person_on_behalf
from zengyi.people.actions.passwords import OpenedLogin, bring_logins, change_password, open_login
from zengyi.people.actions.persons import change_person, enter_person
from zengyi.people.actions.places import add_branch, add_place, add_places
from zengyi.people.actions.registrations import (
    add_organisation,
    confirm_registration,
    end_registration,
    enter_organisation,
    register_member,
    register_organisation,
)
from zengyi.people.actions.sessions import forget_old_sessions
from zengyi.people.actions.settings import (
    add_branches,
    add_buildings,
    add_estate,
    add_homes,
    change_community,
    draw_estate,
    move_buildings,
    remove_place,
    rename_branch,
    rename_place,
)
from zengyi.people.actions.taking import take_list
from zengyi.people.actions.tokens import issue_token, revoke_token
from zengyi.people.actions.uploads import forget_upload, import_upload, keep_remarks, keep_upload, kept_remarks, kept_upload
from zengyi.people.actions.wechat import bind_wechat, end_wechat, set_wechat, sign_in_by_wechat, unbind_wechat, wechat_ticket, who_is_it
from zengyi.people.actions.wechat import note as note_wechat

__all__ = [
    "BY_CODE",
    "FIRST_DAY_OVER",
    "Chief",
    "Imported",
    "OpenAlready",
    "OpenedLogin",
    "add_branch",
    "add_branches",
    "add_buildings",
    "add_estate",
    "add_homes",
    "add_organisation",
    "add_place",
    "add_places",
    "add_second_factor",
    "agree_to_naming",
    "app_secret",
    "app_uri",
    "ask_code",
    "bind_wechat",
    "bring_logins",
    "change_community",
    "change_password",
    "change_person",
    "confirm_registration",
    "draw_estate",
    "end_grant",
    "end_registration",
    "end_wechat",
    "enter_organisation",
    "enter_person",
    "export_own_data",
    "first_day_by",
    "first_day_is_open",
    "first_day_password",
    "forget_codes",
    "forget_old_sessions",
    "forget_upload",
    "found_another",
    "found_community",
    "grant",
    "hold_person",
    "hold_persons",
    "import_sheet",
    "import_upload",
    "issue_token",
    "keep_remarks",
    "keep_upload",
    "kept_remarks",
    "kept_upload",
    "login_of_person",
    "look",
    "merge_persons",
    "move_buildings",
    "new_key",
    "note_wechat",
    "open_contact",
    "open_login",
    "pass_second_factor",
    "person_of_phone",
    "person_on_behalf",
    "register_member",
    "register_organisation",
    "remove_place",
    "rename_branch",
    "rename_place",
    "revoke_token",
    "second_secretary",
    "send_codes",
    "set_wechat",
    "sharers",
    "show_code",
    "shown_in_demo",
    "sign_in",
    "sign_in_by_code",
    "sign_in_by_wechat",
    "stand_in",
    "take_duty",
    "take_list",
    "unbind_wechat",
    "wechat_ticket",
    "who_is_it",
    "write_first_day_code",
]
