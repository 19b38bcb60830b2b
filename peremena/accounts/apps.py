from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "peremena.accounts"
    label = "accounts"
    verbose_name = "Учётные записи"
