"""The kinds of step that flows are made of, found by their files, and the document that takes all of them."""

import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from importlib import import_module
from operator import or_
from types import MappingProxyType, ModuleType
from typing import Annotated, Any, get_args

from pydantic import Field, create_model

from ivr.flow import steps
from ivr.flow.document import FlowDocument
from ivr.flow.names import Identifier
from ivr.flow.step import Step


class Kinds:
    """A set of kinds. `document` is the model that validates flows which use them."""

    def __init__(self, kinds: Iterable[type[Step]]) -> None:
        """Raises TypeError when two have one name."""
        named: dict[str, type[Step]] = {}
        for kind in kinds:
            if (other := named.setdefault(name_of(kind), kind)) is not kind:
                raise TypeError(f"{kind.__name__} and {other.__name__} are both the kind {name_of(kind)}")
        self.by_name: Mapping[str, type[Step]] = MappingProxyType(named)
        self.document = _document(tuple(named.values()))


def found_in(*packages: ModuleType) -> Kinds:
    """One kind for each file of the packages. Raises TypeError for a file that is no kind of its name."""
    return Kinds(kind for package in packages for kind in _kinds_of(package))


def name_of(kind: type[Step]) -> str:
    """What documents call it."""
    name, *others = get_args(kind.model_fields["kind"].annotation) or (None,)
    if others or not isinstance(name, str):
        raise TypeError(f"{kind.__name__}.kind has to be a Literal of one name")
    return name


def _kinds_of(package: ModuleType) -> Iterator[type[Step]]:
    for file in sorted(module.name for module in pkgutil.iter_modules(package.__path__)):
        module = import_module(f"{package.__name__}.{file}")
        kinds = [value for value in vars(module).values() if _is_kind_of(module, value)]
        if [name_of(kind) for kind in kinds] != [file]:
            raise TypeError(f"{module.__name__} has to hold one kind of step, and of the name {file}")
        yield kinds[0]


def _is_kind_of(module: ModuleType, value: object) -> bool:
    return isinstance(value, type) and issubclass(value, Step) and value.__module__ == module.__name__


def _document(kinds: tuple[type[Step], ...]) -> type[FlowDocument]:
    step: Any = Annotated[reduce(or_, kinds), Field(discriminator="kind")]
    some = Annotated[dict[Identifier, step], Field(min_length=1, max_length=500)]
    return create_model(
        "FlowDocument", __base__=FlowDocument, __doc__=FlowDocument.__doc__, steps=(some, ...)
    )


KINDS = found_in(steps)
"""Those that Ringdesk ships."""
