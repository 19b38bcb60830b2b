from django.urls import path

from peremena.web.views.connection_key import connection_add, connection_replace
from peremena.web.views.connections import check_connection, connection_check, connections, switch_chats
from peremena.web.views.imports import answer_upload, roster_import, upload, upload_roster
from peremena.web.views.plan import plan, start_run
from peremena.web.views.registry import registry
from peremena.web.views.rights import rights
from peremena.web.views.runs import run
from peremena.web.views.start import start
from peremena.web.views.users import users, users_csv

urlpatterns = [
    path("", start, name="start"),
    path("registry/", registry, name="registry"),
    path("registry/<slug:key>/plan/", plan, name="plan"),
    path("registry/<slug:key>/runs/", start_run, name="start_run"),
    path("runs/<int:pk>/", run, name="run"),
    path("connections/", connections, name="connections"),
    path("connections/<slug:key>/add/", connection_add, name="connection_add"),
    path("connections/<slug:key>/replace/", connection_replace, name="connection_replace"),
    path("connections/<slug:key>/check/", check_connection, name="check_connection"),
    path("connections/<slug:key>/checks/<int:pk>/", connection_check, name="connection_check"),
    path("connections/<slug:key>/chats/", switch_chats, name="switch_chats"),
    path("users/", users, name="users"),
    path("users/<slug:key>/table/", users_csv, name="users_csv"),
    path("users/<slug:key>/rights/<int:pk>/", rights, name="rights"),
    path("import/", roster_import, name="roster_import"),
    path("import/<slug:key>/", upload_roster, name="upload_roster"),
    path("import/<slug:key>/<int:pk>/", upload, name="upload"),
    path("import/<slug:key>/<int:pk>/answer/", answer_upload, name="answer_upload"),
]
