from django.urls import path

from peremena.web.views.external_systems import external_systems, profile_linked, start_linking, unlink_profile
from peremena.web.views.plan import plan, start_run
from peremena.web.views.registry import registry
from peremena.web.views.runs import run
from peremena.web.views.start import start

urlpatterns = [
    path("", start, name="start"),
    path("external-systems/", external_systems, name="external_systems"),
    path("external-systems/vk/link/", start_linking, name="start_linking"),
    path("external-systems/vk/callback/", profile_linked, name="profile_linked"),
    path("external-systems/vk/unlink/", unlink_profile, name="unlink_profile"),
    path("registry/", registry, name="registry"),
    path("registry/<slug:key>/plan/", plan, name="plan"),
    path("registry/<slug:key>/runs/", start_run, name="start_run"),
    path("runs/<int:pk>/", run, name="run"),
]
