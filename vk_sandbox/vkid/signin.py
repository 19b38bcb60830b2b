"""«Другой аккаунт»: by phone or mail, with a code or a password, or as somebody who has no VK ID yet."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from vk_sandbox.models import Account, AccountKind, Attempt
from vk_sandbox.vkid import passwords, sms
from vk_sandbox.vkid.authorize import declined, to
from vk_sandbox.vkid.devices import give_cookie, people_on, study_of
from vk_sandbox.vkid.ends import go_on
from vk_sandbox.vkid.phones import is_free, normal
from vk_sandbox.vkid.phones import shown as written
from vk_sandbox.vkid.sms import Verdict
from vk_sandbox.vkid.steps import shown, step

NO_PHONE = "Напишите номер телефона, например +7 000 000-00-01"
NO_NAME = f"{NO_PHONE}, или почту"
NOT_ISSUED = "Такого номера стенд не выдавал. Выданные номера — на странице «Телефон»."
NO_SUCH_MAIL = "Такой почты на стенде ни у кого нет."
NO_WAY_IN = "Войти с этой почтой нельзя: при ней нет ни телефона, ни пароля."
HAS_VK_ID = "С этим номером уже есть VK ID: вернитесь и войдите."
VERDICTS = {
    Verdict.WRONG: "Код не подходит. Проверьте цифры.",
    Verdict.EXPIRED: "Срок кода вышел. Получите новый.",
    Verdict.SPENT: "Слишком много попыток. Этот код больше не подойдёт, получите новый.",
}
NOT_THIS_ONE = "Пароль не подходит."
TOO_MANY = "Слишком много попыток. Подождите десять минут и повторите."


@dataclass(frozen=True, slots=True)
class Somebody:
    """Whose sign-in it is: a VK ID, or a number that is nobody's. `number` is where codes go."""

    account: Account | None
    number: str | None


def _somebody(name: str) -> Somebody | None:
    """Of a phone or mail as it is kept; None where the stand-in has not issued it."""
    vks = Account.objects.filter(kind=AccountKind.VK).order_by("id")
    account = (vks.filter(email=name) if "@" in name else vks.filter(phone=name)).first() if name else None
    if account is not None:
        return Somebody(account, normal(account.phone))
    return Somebody(None, name) if is_free(name) else None


@step
def signin(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    entered = request.POST.get("login", "").strip()
    if request.method != "POST":
        return _entrance(request, attempt, "signin", entered)
    if "cancel" in request.POST:
        return declined(attempt)
    mail = "@" in entered
    name = entered.casefold() if mail else normal(entered)
    somebody = _somebody(name) if name else None
    if name is None or somebody is None:
        mistake = NO_SUCH_MAIL if mail else NOT_ISSUED if name else NO_NAME
        return _entrance(request, attempt, "signin", entered, mistake)
    if somebody.number is None and not (somebody.account and somebody.account.password):
        return _entrance(request, attempt, "signin", entered, NO_WAY_IN)
    return _asked(attempt, name, somebody)


@step
def register(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    """For those who know that they have no VK ID; `signin` takes free numbers too."""
    entered = request.POST.get("login", "").strip()
    if request.method != "POST":
        return _entrance(request, attempt, "register", entered)
    if "cancel" in request.POST:
        return declined(attempt)
    name = normal(entered)
    somebody = _somebody(name) if name else None
    if name is None or somebody is None or somebody.account is not None:
        mistake = NO_PHONE if name is None else HAS_VK_ID if somebody else NOT_ISSUED
        return _entrance(request, attempt, "register", entered, mistake)
    return _asked(attempt, name, somebody)


def _entrance(request: HttpRequest, attempt: Attempt, name: str, entered: str, mistake: str = "") -> HttpResponse:
    before = "signin" if name == "register" else "accounts" if people_on(attempt.device) else ""
    context = {"entered": entered, "mistake": mistake, "before": before}
    return shown(request, attempt, name, status=400 if mistake else 200, **context)


def _asked(attempt: Attempt, name: str, somebody: Somebody) -> HttpResponse:
    """He is asked to prove who he is. Nothing that was proved before counts for this name."""
    attempt.name, attempt.account, attempt.proved, attempt.wants_study = name, None, False, False
    attempt.save(update_fields=["name", "account", "proved", "wants_study"])
    if somebody.number is None:
        return to(attempt, "password")
    sms.send(somebody.number, attempt.device)  # or one was sent a moment ago
    return to(attempt, "code")


@step
def code(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    somebody = _somebody(attempt.name)
    if somebody is None or somebody.number is None:
        return to(attempt, "signin")
    if request.method != "POST":
        return _code(request, attempt, somebody)
    if "again" in request.POST:
        if sms.send(somebody.number, attempt.device):
            return _code(request, attempt, somebody, news="Новый код отправлен.")
        return _code(request, attempt, somebody, f"Новый код можно получить через {sms.wait(somebody.number)} с.", 429)
    digits = "".join(request.POST.get("code", "").split())
    verdict = sms.check(somebody.number, attempt.device, digits)
    if verdict is not Verdict.RIGHT:
        return _code(request, attempt, somebody, VERDICTS[verdict], 429 if verdict is Verdict.SPENT else 400)
    return _inside(request, attempt, somebody.account)


def _code(
    request: HttpRequest, attempt: Attempt, somebody: Somebody, mistake: str = "", status: int = 200, news: str = ""
) -> HttpResponse:
    number = somebody.number or ""
    known = written(number) if attempt.name == number else f"{number[:2]} *** ***-**-{number[-2:]}"
    number = number if attempt.name == number else ""  # who came by mail may not know it
    password = bool(somebody.account and somebody.account.password)
    told = {"known": known, "number": number, "mistake": mistake, "news": news, "password": password}
    return shown(request, attempt, "code", status=status, **told)


@step
def password(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    somebody = _somebody(attempt.name)
    if somebody is None or somebody.account is None or not somebody.account.password:
        return to(attempt, "signin")
    mistake, status = "", 200
    if request.method == "POST":
        if passwords.throttled(somebody.account):
            mistake, status = TOO_MANY, 429
        elif passwords.right(somebody.account, request.POST.get("password", "")):
            return _inside(request, attempt, somebody.account)
        else:
            mistake, status = NOT_THIS_ONE, 400
    context = {"mistake": mistake, "by_code": somebody.number is not None}
    return shown(request, attempt, "password", status=status, **context)


def _inside(request: HttpRequest, attempt: Attempt, account: Account | None) -> HttpResponse:
    """He proved who he is. The browser remembers him, under a cookie that nobody could have put there before."""
    study = study_of(account) if account else None
    attempt.account, attempt.proved = study or account, account is None
    attempt.save(update_fields=["account", "proved"])
    if account is None:
        response = to(attempt, "about")
    else:
        attempt.device.people.add(account)
        chosen = attempt.app.is_own or study is None
        response = go_on(attempt, study or account) if chosen else to(attempt, "accounts")
    attempt.device.session = secrets.token_urlsafe(32)
    attempt.device.save(update_fields=["session"])
    give_cookie(response, request, attempt.device)
    return response
