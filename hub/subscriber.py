"""The FastStream subscriber every service uses: one per stream, in batches, over a standing pull.

FastStream's own batch pull waits for a timer and can strand fetched messages, and its default acknowledgement policy
drops a message after one failure (docs/adr/0002). This subclass keeps what is good about it: the broker's life cycle,
middlewares, and AsyncAPI generated from the handler's annotation.
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, Union

from faststream._internal.broker.registrator import Registrator
from faststream._internal.endpoint.subscriber.call_item import CallsCollection
from faststream.middlewares import AckPolicy
from faststream.nats import JStream, NatsBroker, PullSub
from faststream.nats.message import NatsBatchMessage
from faststream.nats.subscriber.config import NatsSubscriberConfig, NatsSubscriberSpecificationConfig
from faststream.nats.subscriber.specification import NatsSubscriberSpecification
from faststream.nats.subscriber.usecases import BatchPullStreamSubscriber
from nats.aio.msg import Msg
from nats.js.api import ConsumerConfig

from contracts.envelope import envelope
from contracts.subjects import Stream
from hub.messages import Message, decode
from hub.pulling import StandingPull


class Delivery(NamedTuple):
    """A batch as the handler gets it; acknowledging is left to that handler."""

    messages: list[Message]
    acknowledge: Callable[[], Awaitable[None]]


class StandingPullSubscriber(BatchPullStreamSubscriber):
    """Hands every batch to one handler, until that handler fails."""

    def __init__(
        self, *args: Any, consumers: Sequence[str], on_failure: Callable[[Exception], None], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._names = consumers
        self._on_failure = on_failure
        self.pull: StandingPull | None = None

    def interrupt(self) -> None:
        """Ends the handling of batches at once; what was not committed comes back."""
        for task in self.tasks:
            task.cancel()

    async def acknowledge(self, batch: Sequence[Msg]) -> None:
        """Acknowledges a handled batch."""
        if self.pull is not None:
            await self.pull.acknowledge(batch)

    async def _create_subscription(self) -> None:
        if self.subscription:
            return
        self.pull = StandingPull(self.connection, self.stream.name, self._names, self.pull_sub.batch_size)
        await self.pull.start()
        self.subscription = self.pull  # type: ignore[assignment]
        self.add_task(self._consume_pull)

    async def _consume_pull(self) -> None:
        """Stops at a failure, where FastStream would go on: acknowledging a later batch acknowledges the lost one."""
        while self.running and self.pull is not None:
            batch = await self.pull.next_batch(self.pull_sub.batch_size)
            try:
                await self.process_message(batch)
            except Exception as error:
                self._on_failure(error)
                return


def subscribe(
    broker: NatsBroker,
    stream: Stream,
    consumers: Sequence[str],
    batch: int,
    handler: Callable[[Delivery], Awaitable[None]],
    on_failure: Callable[[Exception], None],
) -> StandingPullSubscriber:
    """Registers `handler` for a whole stream; topology is never declared from here.

    A batch that cannot be decoded or handled ends the subscription and is reported to `on_failure`.
    """
    outer: Any = broker.config
    calls: CallsCollection[Any] = CallsCollection()
    config = NatsSubscriberConfig(
        subject=stream.subjects,
        sub_config=ConsumerConfig(filter_subjects=[]),
        no_reply=True,
        _outer_config=outer,
        _ack_policy=AckPolicy.MANUAL,
    )
    specification = NatsSubscriberSpecification(
        _outer_config=outer,
        calls=calls,
        specification_config=NatsSubscriberSpecificationConfig(
            subject=stream.subjects, queue=None, title_=stream.name, description_=None, include_in_schema=True
        ),
    )
    subscriber = StandingPullSubscriber(
        config,
        specification,
        calls,
        stream=JStream(stream.name, declare=False),
        pull_sub=PullSub(batch_size=batch, batch=True),
        consumers=consumers,
        on_failure=on_failure,
    )
    Registrator.subscriber(broker, subscriber)

    async def decoder(message: NatsBatchMessage) -> Delivery:
        raw: list[Msg] = message.raw_message
        return Delivery([_decoded(stream, m) for m in raw], partial(subscriber.acknowledge, raw))

    async def handle(batch: Any) -> None:
        await handler(batch)

    documented: Any = Union[tuple(envelope(e) for e in stream.events)]  # noqa: UP007 - built at run time
    handle.__annotations__["batch"] = list[documented]
    handle.__doc__ = f"Gebeurtenissen van {stream.bron}."
    subscriber(handle, decoder=decoder)
    return subscriber


def _decoded(stream: Stream, msg: Msg) -> Message:
    return decode(stream, msg.subject, msg.data, lambda: int(msg.metadata.sequence.stream))
