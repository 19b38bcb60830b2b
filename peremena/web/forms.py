"""What people fill in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from peremena.accounts.models import User
from peremena.messengers.registry import MESSENGERS, switches
from peremena.school.models import Connection, Organization
from peremena.school.usernames import ALLOWED, LONGEST, SHORTEST, is_taken
from peremena.web.wording import activation as activation_words
from peremena.web.wording import connections as words

LONGEST_KEY = 2000  # characters
LONGEST_PASSWORD = 200  # characters: hashing is slow on purpose


class KeyForm(forms.Form):
    """A key to a messenger, and how it is to be used. What was typed as the key is never shown again."""

    organization = forms.ChoiceField()
    kind = forms.ChoiceField(
        error_messages={"required": "Выберите вид ключа.", "invalid_choice": "Выберите вид ключа."}
    )
    token = forms.CharField(
        max_length=LONGEST_KEY,
        error_messages={"required": "Вставьте ключ доступа.", "max_length": "Это слишком длинно для ключа доступа."},
    )
    strangers = forms.ChoiceField(choices=list(words.STRANGERS.items()))

    def __init__(self, data: Any, *, messenger: str, organizations: Sequence[Organization], initial: Any) -> None:
        super().__init__(data, initial=initial)
        self.messenger = messenger
        self.own("organization").choices = [(each.key, each.name) for each in organizations]
        self.own("kind").choices = [(kind, words.KINDS[kind]) for kind in MESSENGERS[messenger].credentials]
        for name in switches(messenger):
            self.fields[name] = forms.BooleanField(required=False)

    def own(self, name: str) -> Any:
        return self.fields[name]

    def clean_token(self) -> str:
        """A key is one word: a line break or a space inside means that something else was copied."""
        token = str(self.cleaned_data["token"]).strip()
        if len(token.split()) != 1:
            raise forms.ValidationError("В ключе доступа нет пробелов: скопируйте только его.")
        return token

    def options(self, before: Connection | None) -> dict[str, Any]:
        """Settings that are not on the page stay as they were."""
        kept = dict(before.options) if before else {}
        return kept | {name: self.cleaned_data[name] for name in switches(self.messenger)}


class PasswordForm(forms.Form):
    """A password of one's own, twice. It is never shown again."""

    password = forms.CharField(
        max_length=LONGEST_PASSWORD,
        strip=False,
        error_messages={
            "required": activation_words.WANTED,
            "max_length": activation_words.TOO_LONG,
        },
    )
    again = forms.CharField(required=False, strip=False)

    def __init__(self, data: Any = None, *, username: str = "", **options: Any) -> None:
        super().__init__(data, **options)
        self.known_as = username

    def clean(self) -> None:
        password = self.cleaned_data.get("password")
        if password is None:
            return
        username = self.cleaned_data.get("username") or self.known_as
        try:
            validate_password(password, User(username=username))
        except ValidationError as error:
            self.add_error("password", error)
        if self.cleaned_data.get("again") != password:
            self.add_error("again", activation_words.DIFFERENT)


class AccountForm(PasswordForm):
    """A name to sign in by, and a password."""

    username = forms.CharField(error_messages={"required": activation_words.USERNAME_WANTED})

    def clean_username(self) -> str:
        name = str(self.cleaned_data["username"]).lower()
        if not SHORTEST <= len(name) <= LONGEST or not ALLOWED.fullmatch(name):
            raise forms.ValidationError(activation_words.USERNAME_REFUSED)
        if is_taken(name):
            raise forms.ValidationError(activation_words.USERNAME_TAKEN)
        return name
