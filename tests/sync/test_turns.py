"""Whose turn it is: urgent runs, then school by school, and inside a chat the plan's order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from peremena.core.operations import CreateChat, RenameChat, to_json
from peremena.messengers.memory import MemoryMessenger
from peremena.school.models import Chat, Connection, Organization
from peremena.sync import applying, choosing
from peremena.sync.choosing import next_batch
from peremena.sync.models import Run, Step
from peremena.sync.tasks import wake_lanes
from tests import school_rows as rows
from tests.sync.queue import forget_the_queue, waiting_lanes
from tests.sync.town import OWN, Town, approved, chat_of, lane, lesser, synced, told


def change(connection: Connection, chat: Chat, title: str, *, urgent: bool = True) -> Run:
    """A run of one rename, as a page will ask for it."""
    run = Run.objects.create(
        organization=chat.organization, connection=connection, kind=Run.CHANGE, urgent=urgent, plan={}, total=1
    )
    operation = RenameChat(chat.chat_key, title)
    Step.objects.create(
        run=run,
        connection=connection,
        chat=chat,
        position=0,
        operation=operation.name,
        data=to_json(operation),
        due_at=timezone.now(),
    )
    return run


def titles_of(connection: Connection, town: Town) -> list[str]:
    """What the next request would begin, by the chats' titles, in its order."""
    batch = next_batch(connection.pk, MemoryMessenger(town.world, OWN, town.can))
    assert batch is not None
    return [operation.title for operation in batch.operations if isinstance(operation, CreateChat | RenameChat)]


@pytest.fixture
def two(town: Town, school: Organization) -> list[Run]:
    """Two schools over one connection, each with an approved run of four chats."""
    with rows.writing():
        other = rows.small_school("other", "Другая", parent=school.parent)
    town.let_in()
    return [approved(school), approved(other)]


def test_an_urgent_run_comes_before_all_others(
    town: Town, connection: Connection, school: Organization, two: list[Run]
) -> None:
    lane()
    first = approved_again(town, school)
    urgent = change(connection, chat_of_school(school), "Срочно")
    assert titles_of(connection, town)[0] == "Срочно"
    lane()
    assert [told(run)[0] for run in (first, urgent)] == [Run.DONE, Run.DONE]


def approved_again(town: Town, school: Organization) -> Run:
    with rows.writing():
        Organization.objects.filter(pk=school.pk).update(name="Школа № 5")
    return approved(Organization.objects.get(pk=school.pk))


def chat_of_school(school: Organization) -> Chat:
    return Chat.objects.get(kind="class", organization=school)


def test_schools_take_turns_chat_by_chat(town: Town, connection: Connection, two: list[Run]) -> None:
    town.can = lesser(batch_size=1000)
    by_school = [title.split(" - ")[0] for title in titles_of(connection, town)]
    assert by_school == ["Демо школа", "Другая"] * 4


def test_the_school_that_waited_longest_comes_first(town: Town, connection: Connection, two: list[Run]) -> None:
    """However many schools there are and however little fits a request, none starves."""
    with rows.writing():
        third = rows.small_school("third", "Третья", parent=Organization.objects.get(key="region"))
    town.let_in()
    approved(third)
    town.can = lesser(batch_size=1)
    lane()
    creates = [request[0].split(" - ")[0] for request in town.sent if " - " in request[0]]
    assert creates[:3] == ["Демо школа", "Другая", "Третья"]
    progress = [request[0] for request in town.sent[:12]]
    assert len([title for title in progress if title.startswith("Демо")]) < 4


def test_a_request_takes_whole_chats_however_many_schools_there_are(
    town: Town, connection: Connection, two: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chat that is cut in two costs a call for each member that did not go with its create."""
    monkeypatch.setattr(choosing, "PAGE", 3)
    town.can = lesser(batch_size=1000)
    batch = next_batch(connection.pk, MemoryMessenger(town.world, OWN, town.can))
    assert batch is not None
    whole = {chat: Step.objects.filter(chat=chat).count() for chat in {step.chat_id for step in batch.steps}}
    taken = {chat: sum(step.chat_id == chat for step in batch.steps) for chat in whole}
    assert taken == whole


def test_the_steps_of_one_chat_keep_the_plan_s_order(town: Town, school: Organization, connection: Connection) -> None:
    approved(school)
    batch = next_batch(connection.pk, MemoryMessenger(town.world, OWN, town.can))
    assert batch is not None
    for chat in Chat.objects.all():
        positions = [step.position for step in batch.steps if step.chat_id == chat.pk]
        assert positions == sorted(positions)
        assert isinstance(next(op for op in batch.operations if op.chat == chat.chat_key), CreateChat)


@pytest.mark.parametrize("held_by", ["an answer", "a retry"])
def test_a_chat_that_waits_keeps_its_later_steps_back_and_no_other_chat_s(
    town: Town, school: Organization, connection: Connection, held_by: str
) -> None:
    approved(school)
    create = Step.objects.get(chat=chat_of("class"), operation="create_chat")
    if held_by == "an answer":
        Step.objects.filter(pk=create.pk).update(state=Step.SENT)
    else:
        Step.objects.filter(pk=create.pk).update(due_at=timezone.now() + timedelta(hours=1))
    batch = next_batch(connection.pk, MemoryMessenger(town.world, OWN, town.can))
    assert batch is not None
    assert {step.chat_id for step in batch.steps} == {chat.pk for chat in Chat.objects.all()} - {create.chat_id}


def test_a_change_of_a_chat_whose_room_is_being_made_waits_for_the_room(
    town: Town, school: Organization, connection: Connection
) -> None:
    approved(school)
    Step.objects.filter(operation="create_chat").update(state=Step.SENT, due_at=timezone.now() + timedelta(hours=1))
    change(connection, chat_of("class"), "Срочно")
    assert next_batch(connection.pk, MemoryMessenger(town.world, OWN, town.can)) is None


def test_a_run_that_was_cancelled_is_left_alone(town: Town, school: Organization) -> None:
    run = approved(school)
    Run.objects.filter(pk=run.pk).update(state=Run.CANCELLED)
    lane()
    assert (told(run), town.rooms()) == ((Run.CANCELLED, "", 0, 0), {})


def test_a_run_cancelled_while_its_request_was_on_the_way_keeps_what_came_of_it(
    town: Town, school: Organization
) -> None:
    run = approved(school)
    town.can = lesser(batch_size=1)
    town.after = lambda: Run.objects.update(state=Run.CANCELLED) and None
    lane()
    assert told(run) == (Run.CANCELLED, "", 1, 0)
    assert len(town.rooms()) == 1
    town.after = lambda: None
    assert told(synced(school))[0] == Run.DONE
    assert len(town.rooms()) == 4


def test_a_step_taken_by_somebody_else_is_not_sent(town: Town, school: Organization) -> None:
    """Between choosing and marking, the rows may change: then nothing of that batch goes out."""
    run = approved(school)
    chosen: list[int] = []

    def clock() -> float:  # asked between the two
        if not chosen:
            chosen.extend(Step.objects.filter(chat=chat_of("class")).values_list("pk", flat=True))
            Step.objects.filter(pk__in=chosen).update(state=Step.CANCELLED)
            Run.objects.filter(pk=run.pk).update(failed=len(chosen))
        return 1000.0

    town.world.clock = clock
    lane()
    assert told(run) == (Run.PARTIAL, "", run.total - len(chosen), len(chosen))
    assert chat_of("class").title not in town.rooms()


def test_a_run_cancelled_between_choosing_and_marking_is_not_sent(town: Town, school: Organization) -> None:
    """The other runs of the same request go on without it."""
    run = approved(school)

    def clock() -> float:  # asked between the two
        Run.objects.filter(pk=run.pk).update(state=Run.CANCELLED)
        return 1000.0

    town.world.clock = clock
    lane()
    assert (told(run), town.rooms()) == ((Run.CANCELLED, "", 0, 0), {})
    assert set(run.steps.values_list("state", "attempts")) == {(Step.WAITING, 0)}


# --- waking


def test_a_lane_with_nothing_due_is_not_woken(town: Town, school: Organization) -> None:
    synced(school)
    before = waiting_lanes()
    wake_lanes(stop=lambda: False)
    assert waiting_lanes() == before


def test_a_lane_whose_chats_are_all_kept_back_is_not_woken(
    town: Town, school: Organization, connection: Connection
) -> None:
    """What is due behind a retry, or behind a create that cannot be judged yet, would only be looked at in vain."""
    run = approved(school)
    forget_the_queue()
    later = timezone.now() + timedelta(hours=1)
    run.steps.exclude(chat=chat_of("class")).update(state=Step.DONE)
    for state, operation in ((Step.WAITING, "add_member"), (Step.SENT, "create_chat")):
        held = run.steps.filter(chat=chat_of("class"), operation=operation).earliest("position")
        run.steps.filter(pk=held.pk).update(state=state, due_at=later)
        wake_lanes(stop=lambda: False)
        assert waiting_lanes() == 0
        run.steps.filter(pk=held.pk).update(state=Step.WAITING, due_at=timezone.now())
    wake_lanes(stop=lambda: False)
    assert waiting_lanes() == 1


@pytest.mark.parametrize("state", [Step.WAITING, Step.SENT])
def test_a_lane_with_work_is_woken_once(town: Town, school: Organization, connection: Connection, state: str) -> None:
    synced(school)
    forget_the_queue()
    run = change(connection, chat_of("class"), "Новый")
    run.steps.update(state=state)
    for _ in range(2):
        wake_lanes(stop=lambda: False)
    assert waiting_lanes() == 1


def test_a_stopped_connection_is_not_woken(town: Town, school: Organization, connection: Connection) -> None:
    synced(school)
    forget_the_queue()
    change(connection, chat_of("class"), "Новый")
    with rows.writing():
        Connection.objects.update(state=Connection.STOPPED)
    wake_lanes(stop=lambda: False)
    assert waiting_lanes() == 0


def test_a_lane_that_is_told_to_stop_hands_over(town: Town, school: Organization, connection: Connection) -> None:
    approved(school)
    forget_the_queue()
    applying.run_lane(connection, stop=lambda: True)
    assert (town.sent, waiting_lanes()) == ([], 1)
