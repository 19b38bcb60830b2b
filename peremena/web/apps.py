from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "peremena.web"
    label = "web"
