"""Gradio's queue of events: it rests while there is none, has an end, gives turns, and keeps nothing for ever.

As Gradio makes it, it looks a thousand times a second whether there is something to do.
"""

import asyncio
import time
from collections import Counter
from typing import Any, Literal

from fastapi import Request
from gradio.data_classes import PredictBodyInternal
from gradio.exceptions import Error
from gradio.queueing import Event, Queue
from gradio.server_messages import ProcessCompletedMessage
from gradio.utils import error_payload, set_task_name

from demo.guard import limits
from demo.guard.deadline import TOO_SLOW, Deadline, within
from demo.guard.places import BUSY

CHECK_S = 1.0  # between two looks at what was left behind
PROGRESS_S = 0.05  # between two looks at how far an event is
ANSWER_KEPT_S = 60.0  # when nobody listens
ANSWERS_KEPT = 32  # of sessions in which nobody listens
COSTLY = {"recognise_batch", "keep"}  # functions that leave the places of drawings free
READS_DATA_SETS = {"keep"}
Taken = tuple[bool, str | list[dict[str, Any]], Literal["success", "error", "queue_full", "validator_error"]]


class RestingQueue(Queue):  # type: ignore[misc]
    """The queue that `Blocks` made, woken by what changes it. Made by `rest`, never by its own constructor."""

    stopped: bool
    _changed: asyncio.Event  # set when an event came or a place came free
    _running: asyncio.Event  # set while an event is worked on
    _turns: Counter[str | tuple[str, str]]
    _touched: dict[str, float]  # session -> when something last happened to it, by time.monotonic()

    async def push(self, body: PredictBodyInternal, request: Request, username: str | None) -> Taken:
        """As Gradio's: (whether it was taken, its id or a sentence, a word for the kind of refusal)."""
        address = request.client.host if request.client else ""
        size = request.scope.get("digits.body_bytes", 0)
        session = body.session_hash or ""
        if self._held_bytes() + size > limits.IN_FLIGHT_BYTES or not self._make_room(address):
            return False, BUSY, "queue_full"
        if len(self.pending_event_ids_session.get(session, ())) >= limits.WAITING:
            return False, "Please fetch the answers to your earlier questions first.", "queue_full"
        answer: Taken = await super().push(body, request, username)
        event = self.event_ids_to_events.get(str(answer[1]))
        if event is not None:
            name = getattr(event.fn.fn, "__name__", "")
            seconds = limits.DATASET_S if name in READS_DATA_SETS else limits.REQUEST_S
            event.deadline = Deadline(seconds, (address, event.session_hash), aside=name in COSTLY)
            event.body_bytes = size
            self._touched[event.session_hash] = time.monotonic()
        self._changed.set()
        return answer

    def get_events(self) -> tuple[list[Event], bool, str] | None:
        """The next event that has a place: of the address, then the session, that had the fewest turns."""
        for name, places in self.event_queue_per_concurrency_id.items():
            most = places.concurrency_limit
            if places.queue and (most is None or places.current_concurrency < most):
                event = min(places.queue, key=lambda one: [self._turns[key] for key in _keys(one)])
                places.queue.remove(event)
                self._turns.update(_keys(event))
                return [event], False, name
        if not len(self):
            self._turns.clear()
        return None

    async def clean_events(self, *, session_hash: str | None = None, event_id: str | None = None) -> None:
        """The sender left: what waits is forgotten, what runs is ended."""
        for event in self._active():
            if event._id == event_id or event.session_hash == session_hash:
                event.deadline.end()
        await super().clean_events(session_hash=session_hash, event_id=event_id)

    def compute_analytics_summary(self, records: list[Any]) -> dict[str, Any]:  # noqa: ARG002 (Gradio's own)
        """No figures: nobody is shown them, and they take longer than reading a digit."""
        return {"functions": {}}

    async def start_processing(self) -> None:
        """Begin each event as soon as its function has a place, until the queue is closed."""
        try:
            while not self.stopped:
                self._forget()
                await self._begin_all()
                await _wait(self._changed)
        finally:
            self.stopped = True
            self._cancel_asyncio_tasks()

    async def start_progress_updates(self) -> None:
        """Tell visitors how far their events are, while there are any."""
        while not self.stopped:
            self._tell_progress()  # not here, where the last event would be held for as long as none follows
            if any(self.active_jobs):
                await asyncio.sleep(PROGRESS_S)
            else:
                await _wait(self._running)

    def _tell_progress(self) -> None:
        for event in self._active():
            if event.progress_pending and event.progress:
                event.progress_pending = False
                self.send_message(event, event.progress)

    async def _begin_all(self) -> None:
        while None in self.active_jobs:
            async with self.delete_lock:
                found = self.get_events()
            if found is None:
                return
            (event,), _, concurrency_id = found
            if event.deadline.left_s:
                self._begin(event, concurrency_id)
            else:
                self._refuse(event, TOO_SLOW)

    def _begin(self, event: Event, concurrency_id: str) -> None:
        started_at, function = time.time(), event.fn
        events = [event]
        self.active_jobs[self.active_jobs.index(None)] = events
        places = self.event_queue_per_concurrency_id[concurrency_id]
        places.current_concurrency += 1
        places.start_times_per_fn[function].add(started_at)
        with within(event.deadline):
            task = asyncio.create_task(self.process_events(events, False, started_at, function))
        set_task_name(task, event.session_hash, function._id, event._id, False)  # by which it is cancelled
        self._asyncio_tasks.add(task)
        task.add_done_callback(self._asyncio_tasks.discard)
        task.add_done_callback(lambda _: self._ended(event))
        self._running.set()
        if self.live_updates:
            self.broadcast_estimations(concurrency_id)

    def _ended(self, event: Event) -> None:
        event.deadline.end()
        self._touched[event.session_hash] = time.monotonic()
        self._forget_values(event.session_hash)
        self._changed.set()

    def _forget_values(self, session: str) -> None:
        """Gradio keeps what a session's components last held, however large, for who comes back. Nothing needs it."""
        if self.server_app is not None:
            states = self.server_app.state_holder
            states.session_data.pop(session, None)
            states.time_last_used.pop(session, None)

    def _refuse(self, event: Event, sentence: str) -> None:
        """Tell an event's sender a sentence in place of an answer."""
        self.event_ids_to_events.pop(event._id, None)
        output = error_payload(Error(sentence), True)
        self.send_message(event, ProcessCompletedMessage(output=output, title="Error", success=False))

    def _make_room(self, address: str) -> bool:
        """Whether one more event of an address may wait; where none may, the one that has most gives one up."""
        if len(self) < limits.WAITING:
            return True
        waiting = [event for places in self.event_queue_per_concurrency_id.values() for event in places.queue]
        counts = Counter(event.deadline.visitor[0] for event in waiting)
        greediest = max(counts, key=lambda one: counts[one])
        if counts[address] + 1 >= counts[greediest]:
            return False
        event = next(event for event in reversed(waiting) if event.deadline.visitor[0] == greediest)
        self.event_queue_per_concurrency_id[event.concurrency_id].queue.remove(event)
        self._refuse(event, BUSY)
        return True

    def _held_bytes(self) -> int:
        return sum(getattr(event, "body_bytes", 0) for event in self.event_ids_to_events.values())

    def _active(self) -> list[Event]:
        return [event for job in self.active_jobs if job for event in job]

    def _forget(self) -> None:
        """Drop answers that nobody fetches, and what is left of sessions that are over."""
        busy = {event.session_hash for event in self.event_ids_to_events.values()}
        idle = [
            session
            for session, messages in self.pending_messages_per_session.items()
            if session not in busy and not messages._getters  # nobody waits for the next message
        ]
        since = time.monotonic() - ANSWER_KEPT_S
        for place, session in enumerate(reversed(idle)):
            if place >= ANSWERS_KEPT or self._touched.get(session, 0.0) < since:
                self.pending_messages_per_session.pop(session, None)
        for left in set(self.pending_event_ids_session) - set(self.pending_messages_per_session):
            del self.pending_event_ids_session[left]
        for left in set(self._touched) - set(self.pending_messages_per_session):
            del self._touched[left]


def rest(queue: Queue) -> RestingQueue:
    """Turn a queue that was not started yet into one that rests."""
    queue.__class__ = RestingQueue
    assert isinstance(queue, RestingQueue)
    queue._changed, queue._running = asyncio.Event(), asyncio.Event()
    queue._turns, queue._touched = Counter(), {}
    return queue


def _keys(event: Event) -> tuple[str, tuple[str, str]]:
    return event.deadline.visitor[0], event.deadline.visitor


async def _wait(event: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(event.wait(), CHECK_S)
    except TimeoutError:
        return
    event.clear()
