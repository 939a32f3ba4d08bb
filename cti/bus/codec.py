"""How messages are written for another process: as MessagePack, one of several kinds with its name."""

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

import msgspec

T = TypeVar("T")

encode: Callable[[Any], bytes] = msgspec.msgpack.encode


def decoding(kind: type[T]) -> Callable[[bytes], T]:
    """Reads what `encode` wrote of one frozen class. It raises ValueError for anything else."""
    return msgspec.msgpack.Decoder(kind).decode


class Named(msgspec.Struct, array_like=True, frozen=True):
    """A value with the name of its class."""

    kind: str
    value: msgspec.Raw


class Family(Generic[T]):
    """Several frozen classes of which each value is one."""

    def __init__(self, kinds: Iterable[type[T]]) -> None:
        self._decoders = {kind.__name__: msgspec.msgpack.Decoder(kind) for kind in kinds}

    def named(self, value: T) -> Named:
        """The value, to be encoded as a part of something else."""
        return Named(type(value).__name__, msgspec.Raw(encode(value)))

    def value(self, named: Named) -> T:
        """The value again. Raises ValueError for a kind that this program does not know."""
        decoder = self._decoders.get(named.kind)
        if decoder is None:
            raise ValueError(f"{named.kind} is not known here")
        return decoder.decode(named.value)
