"""Taking an answer of `execute` apart, and counting what was sent."""

from typing import Any

import httpx2
import pytest

from peremena.core.errors import MessengerError, Transient, Unauthorized, Unsupported
from peremena.messengers.base import Lost
from peremena.messengers.vk.calls import Call
from peremena.messengers.vk.client import ROUNDS, VkClient
from peremena.messengers.vk.config import VkConfig
from peremena.wire.doorway import Wire, at_once
from peremena.wire.secret import Secret
from tests.messengers.scripted_vk import Failure, answer_of, calls_of

CALLS = [
    Call("messages.addChatUser", {"chat_id": 1}),
    Call("users.get", {}),
    Call("messages.addChatUser", {"chat_id": 2}),
]
NOT_ADMIN = {"method": "messages.addChatUser", "error_code": 925, "error_msg": "You are not admin of this chat"}
NO_CONTACT = {"method": "messages.addChatUser", "error_code": 936, "error_msg": "Contact not found"}


def client(answer: Any) -> VkClient:
    transport = httpx2.MockTransport(
        lambda request: answer if isinstance(answer, httpx2.Response) else httpx2.Response(200, json=answer)
    )
    return VkClient(VkConfig(), Secret("token"), Wire("http://vk.invalid", at_once, transport=transport))


def told(error: MessengerError) -> tuple[type[MessengerError], str, str]:
    return type(error), error.reason, str(error)


def trouble(answer: Any) -> tuple[type[MessengerError], str]:
    with pytest.raises(MessengerError) as caught:
        client(answer).execute(CALLS)
    return told(caught.value)[:2]


def test_a_request_carries_the_script_the_version_and_the_token_and_nothing_else():
    sent: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        return httpx2.Response(200, json={"response": [1]})

    wire = Wire("http://vk.invalid", at_once, transport=httpx2.MockTransport(answer))
    call = Call("messages.editChat", {"chat_id": 1, "title": 'Кавычки " и \\ и\nстрока'})
    VkClient(VkConfig(v="5.131"), Secret("the token"), wire).execute([call])
    form = dict(httpx2.QueryParams(sent[0].content.decode()).multi_items())
    assert (sent[0].url, form.pop("v"), form.pop("access_token")) == (
        httpx2.URL("http://vk.invalid/method/execute"),
        "5.131",
        "the token",
    )
    assert (form.keys(), calls_of(sent[0])) == ({"code"}, [call])


def test_the_kth_false_belongs_to_the_kth_error():
    values = client({"response": [False, [{"id": 1}], False], "execute_errors": [NOT_ADMIN, NO_CONTACT]}).execute(CALLS)
    assert [told(value)[1:] if isinstance(value, MessengerError) else value for value in values] == [
        ("not_admin", "You are not admin of this chat"),
        [{"id": 1}],
        ("unknown_account", "Contact not found"),
    ]


def test_zero_and_empty_are_values_and_not_failures():
    assert client({"response": [0, [], None]}).execute(CALLS) == [0, [], None]


@pytest.mark.parametrize(
    "answer",
    [
        {"response": [False, 1, 1]},
        {"response": [False, 1, 1], "execute_errors": []},
        {"response": [1, 1, 1], "execute_errors": [NOT_ADMIN]},
        {"response": [False, 1, 1], "execute_errors": [NOT_ADMIN, NO_CONTACT]},
        {"response": [1, False, 1], "execute_errors": [NOT_ADMIN]},
        {"response": [1, 1]},
        {"response": 1},
        {"response": None},
        {"response": [False, 1, 1], "execute_errors": [{"method": "messages.addChatUser"}]},
        {"response": [False, 1, 1], "execute_errors": 7},
        {"error": {"error_msg": "no code"}},
        {"error": "no shape"},
        {},
        [],
        "text",
    ],
)
def test_an_answer_that_does_not_fit_the_question_is_garbled_and_may_have_had_effect(answer):
    assert trouble(answer) == (Lost, "garbled")


@pytest.mark.parametrize(
    ("code", "kind", "reason"),
    [
        (5, Unauthorized, "token_refused"),
        (6, Transient, "pace"),
        (12, Unsupported, "bad_script"),
        (13, Lost, "vk_trouble"),
    ],
)
def test_an_error_of_the_whole_request_is_raised(code, kind, reason):
    assert trouble({"error": {"error_code": code, "error_msg": ""}}) == (kind, reason)


@pytest.mark.parametrize(("status", "kind"), [(500, Lost), (403, Transient)])
def test_trouble_of_the_wire_keeps_whether_the_request_may_have_had_effect(status, kind):
    assert trouble(httpx2.Response(status)) == (kind, f"http_{status}")


def test_requests_are_counted_by_purpose_and_method_with_those_inside():
    counted = client({"response": [1, 1, 1]})
    counted.execute(CALLS)
    counted.execute(CALLS)
    assert (counted.requests.write, counted.requests.read, counted.requests.by_method) == (
        2,
        0,
        {"execute": 2, "messages.addChatUser": 4, "users.get": 2},
    )


def test_a_request_that_never_left_is_not_counted():
    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectTimeout("too slow", request=request)

    wire = Wire("http://vk.invalid", at_once, transport=httpx2.MockTransport(refuse))
    counted = VkClient(VkConfig(), Secret("token"), wire)
    with pytest.raises(Transient) as caught:
        counted.execute(CALLS)
    assert (type(caught.value), counted.requests.write, counted.requests.by_method) == (Transient, 0, {})


# --- questions, which are harmless twice


class Sometimes:
    """VK's side, where a call or a whole request fails the first times it is tried."""

    def __init__(self, calls: dict[str, list[int]], requests: list[httpx2.Response | Exception] | None = None) -> None:
        self.calls, self.requests = calls, requests or []
        self.asked: list[list[str]] = []

    def client(self) -> VkClient:
        return VkClient(
            VkConfig(),
            Secret("token"),
            Wire("http://vk.invalid", at_once, transport=httpx2.MockTransport(self._respond)),
        )

    def _respond(self, request: httpx2.Request) -> httpx2.Response:
        calls = calls_of(request)
        self.asked.append([call.method for call in calls])
        if self.requests:
            answer = self.requests.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        return httpx2.Response(200, json=answer_of([self._value(call) for call in calls], calls))

    def _value(self, call: Call) -> Any:
        codes = self.calls.get(call.method)
        return Failure(codes.pop(0)) if codes else call.method


READS = [Call(method, {}) for method in ("a.a", "b.b", "c.c")]


def test_a_question_that_a_passing_trouble_has_struck_is_asked_again_and_no_other():
    vk = Sometimes({"a.a": [9], "c.c": [6, 10]})
    assert vk.client().ask(READS) == ["a.a", "b.b", "c.c"]
    assert vk.asked == [["a.a", "b.b", "c.c"], ["a.a", "c.c"], ["c.c"]]


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(200, json={"error": {"error_code": 9, "error_msg": ""}}),
        httpx2.Response(502, text="<html>"),
        httpx2.Response(200, text='{"respo'),
        httpx2.ReadError("reset"),
    ],
    ids=["flood", "502", "truncated", "reset"],
)
def test_questions_whose_request_was_struck_are_asked_again(answer):
    vk = Sometimes({}, [answer, answer])
    assert (vk.client().ask(READS), len(vk.asked)) == (["a.a", "b.b", "c.c"], 3)


def test_a_trouble_that_stays_is_told_after_a_few_questions():
    vk = Sometimes({"b.b": [9] * 100})
    one, other, another = vk.client().ask(READS)
    assert (one, told(other)[:2], another) == ("a.a", (Transient, "flood"), "c.c")
    assert len(vk.asked) == ROUNDS
    vk = Sometimes({}, [httpx2.Response(500)] * 100)
    with pytest.raises(Lost):
        vk.client().ask(READS)
    assert len(vk.asked) == ROUNDS


@pytest.mark.parametrize("code", [14, 29, 917])
def test_what_will_not_pass_is_asked_once(code):
    vk = Sometimes({"b.b": [code]})
    assert isinstance(vk.client().ask(READS)[1], MessengerError)
    assert len(vk.asked) == 1


def test_a_messenger_that_keeps_us_waiting_is_asked_once():
    vk = Sometimes({}, [httpx2.ReadTimeout("slow")])
    with pytest.raises(Lost, match="slow"):
        vk.client().ask(READS)
    assert len(vk.asked) == 1
