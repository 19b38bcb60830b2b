from django.apps import AppConfig


class SchoolConfig(AppConfig):
    name = "peremena.school"
    label = "school"
    verbose_name = "Школа"
