from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path

# Of allauth's pages only these: nobody signs up by himself, and there is no mail to reset a password by.
urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("", include("peremena.web.urls")),
]
