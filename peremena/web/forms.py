"""What people fill in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from peremena.messengers.registry import MESSENGERS, switches
from peremena.school.models import Connection, Organization
from peremena.web.wording import connections as words

LONGEST_KEY = 2000  # characters


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
