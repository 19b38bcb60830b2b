from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "peremena.audit"
    label = "audit"
