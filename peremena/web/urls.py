from django.urls import path

from peremena.web.views.plan import plan, start_run
from peremena.web.views.registry import edit_chat, registry
from peremena.web.views.runs import run
from peremena.web.views.start import start

urlpatterns = [
    path("", start, name="start"),
    path("registry/", registry, name="registry"),
    path("registry/<slug:key>/edit/", edit_chat, name="edit_chat"),
    path("registry/<slug:key>/plan/", plan, name="plan"),
    path("registry/<slug:key>/runs/", start_run, name="start_run"),
    path("runs/<int:pk>/", run, name="run"),
]
