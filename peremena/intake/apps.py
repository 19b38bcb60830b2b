from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "peremena.intake"
    label = "intake"
