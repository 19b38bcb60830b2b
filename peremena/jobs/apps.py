from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "peremena.jobs"
    label = "jobs"
