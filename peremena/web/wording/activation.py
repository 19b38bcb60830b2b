"""The first sign-in: what is asked for, what was wrong, what helps."""

from __future__ import annotations

from django.contrib.auth.password_validation import get_default_password_validators

from peremena.school.usernames import LONGEST, SHORTEST

CODE_WANTED = "Введите код с листка."
CODE_REFUSED = (
    "Код не подходит. Проверьте, все ли знаки введены верно. Код действует один раз и до дня, указанного на листке; новый код "
    "отменяет прежний. Если не поможет, попросите новый у классного руководителя или администратора школы."
)
PROVE_AGAIN = "Введите код: страница слишком долго была открыта или код уже не действует."

USERNAME_WANTED = "Придумайте имя для входа."
USERNAME_RULE = (
    f"От {SHORTEST} до {LONGEST} знаков: латинские буквы, цифры, точка, дефис и подчёркивание; "
    "первый и последний знак — буква или цифра."
)
USERNAME_REFUSED = "Такое имя не подойдёт: прочтите, каким оно может быть."
USERNAME_TAKEN = "Это имя уже занято, выберите другое."
WANTED = "Придумайте пароль."
TOO_LONG = "Пароль слишком длинный: не больше 200 знаков."
DIFFERENT = "Пароли не совпали: введите один и тот же пароль дважды."

WELCOME = (
    "Вход открыт. Ваше имя для входа: {username}. Запомните его и пароль: в следующий раз понадобятся они, а не код."
)
SET_ANEW = "Новый пароль задан. Ваше имя для входа: {username}. На других устройствах нужно войти заново."

RULES = {
    "UserAttributeSimilarityValidator": "не похож на имя для входа",
    "MinimumLengthValidator": "не короче {min_length} знаков",
    "CommonPasswordValidator": "не из тех, что на слуху, вроде 1234567890 или qwertyuiop",
}


def rules() -> list[str]:
    """What a password has to be, in the order in which it is checked; a rule without words of ours in Django's."""
    found = []
    for validator in get_default_password_validators():
        said = RULES.get(type(validator).__name__)
        found.append(said.format(**vars(validator)) if said else str(validator.get_help_text()))
    return found
