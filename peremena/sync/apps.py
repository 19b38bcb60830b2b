from django.apps import AppConfig


class SyncConfig(AppConfig):
    name = "peremena.sync"
    label = "sync"
