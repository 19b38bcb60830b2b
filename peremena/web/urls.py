from django.urls import path

from peremena.web.views.plan import plan, start_run
from peremena.web.views.registry import registry
from peremena.web.views.runs import run, runs
from peremena.web.views.schools import plan_many, plan_row, schools, start_many
from peremena.web.views.start import start

urlpatterns = [
    path("", start, name="start"),
    path("registry/", registry, name="registry"),
    path("registry/<slug:key>/plan/", plan, name="plan"),
    path("registry/<slug:key>/runs/", start_run, name="start_run"),
    path("schools/", schools, name="schools"),
    path("schools/plan/", plan_many, name="plan_many"),
    path("schools/plan/<slug:key>/", plan_row, name="plan_row"),
    path("schools/runs/", start_many, name="start_many"),
    path("runs/", runs, name="runs"),
    path("runs/<int:pk>/", run, name="run"),
]
