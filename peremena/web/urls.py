from django.urls import path

from peremena.web.views.activation import first_account, first_sign_in
from peremena.web.views.chat import chat, chat_news
from peremena.web.views.chat_members import chat_member, chat_people
from peremena.web.views.connection_key import connection_add, connection_replace
from peremena.web.views.connections import check_connection, connection_check, connections, switch_chats
from peremena.web.views.external_systems import external_systems, profile_linked, start_linking, unlink_profile
from peremena.web.views.imports import answer_upload, roster_import, upload, upload_roster
from peremena.web.views.issuing import issue_codes
from peremena.web.views.own_chats import open_chat, own_chats
from peremena.web.views.plan import plan, start_run
from peremena.web.views.registry import edit_chat, registry
from peremena.web.views.rights import rights
from peremena.web.views.runs import cancel_run, run, runs
from peremena.web.views.schools import plan_many, plan_row, schools, start_many
from peremena.web.views.start import start
from peremena.web.views.users import users, users_csv

urlpatterns = [
    path("", start, name="start"),
    path("accounts/activate/", first_sign_in, name="first_sign_in"),
    path("accounts/activate/account/", first_account, name="first_account"),
    path("external-systems/", external_systems, name="external_systems"),
    path("external-systems/vk/link/", start_linking, name="start_linking"),
    path("external-systems/vk/callback/", profile_linked, name="profile_linked"),
    path("external-systems/vk/unlink/", unlink_profile, name="unlink_profile"),
    path("my-chats/", own_chats, name="own_chats"),
    path("registry/", registry, name="registry"),
    path("registry/<slug:key>/edit/", edit_chat, name="edit_chat"),
    path("registry/<slug:key>/plan/", plan, name="plan"),
    path("registry/<slug:key>/runs/", start_run, name="start_run"),
    path("schools/", schools, name="schools"),
    path("schools/plan/", plan_many, name="plan_many"),
    path("schools/plan/<slug:key>/", plan_row, name="plan_row"),
    path("schools/runs/", start_many, name="start_many"),
    path("runs/", runs, name="runs"),
    path("chats/<int:pk>/", chat, name="chat"),
    path("chats/<int:pk>/open/", open_chat, name="open_chat"),
    path("chats/<int:pk>/news/", chat_news, name="chat_news"),
    path("chats/<int:pk>/people/", chat_people, name="chat_people"),
    path("chats/<int:pk>/people/<int:person>/", chat_member, name="chat_member"),
    path("runs/<int:pk>/", run, name="run"),
    path("runs/<int:pk>/cancel/", cancel_run, name="cancel_run"),
    path("connections/", connections, name="connections"),
    path("connections/<slug:key>/add/", connection_add, name="connection_add"),
    path("connections/<slug:key>/replace/", connection_replace, name="connection_replace"),
    path("connections/<slug:key>/check/", check_connection, name="check_connection"),
    path("connections/<slug:key>/checks/<int:pk>/", connection_check, name="connection_check"),
    path("connections/<slug:key>/chats/", switch_chats, name="switch_chats"),
    path("users/", users, name="users"),
    path("users/<slug:key>/table/", users_csv, name="users_csv"),
    path("users/<slug:key>/codes/", issue_codes, name="issue_codes"),
    path("users/<slug:key>/rights/<int:pk>/", rights, name="rights"),
    path("import/", roster_import, name="roster_import"),
    path("import/<slug:key>/", upload_roster, name="upload_roster"),
    path("import/<slug:key>/<int:pk>/", upload, name="upload"),
    path("import/<slug:key>/<int:pk>/answer/", answer_upload, name="answer_upload"),
]
