"""The doors that golden talks are played at: each opens phones for the people of a talk, and can be restarted."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from itertools import count
from typing import Self

from bot.demo.phones import DirectPhone, Phone
from tests.talks.school import RestartingReception, School


class PhoneDoor(ABC, Mapping[str, Phone]):
    """Phones by the name of their owner, made when they are first used."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.opened = ExitStack()
        self._phones: dict[str, Phone] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.opened.close()

    def __getitem__(self, name: str) -> Phone:
        if name not in self._phones:
            self._phones[name] = self.phone(self.school.letter(name))
        return self._phones[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._phones)

    def __len__(self) -> int:
        return len(self._phones)

    @abstractmethod
    def phone(self, letter: str) -> Phone:
        """The phone of somebody who holds this letter."""

    def restart(self) -> None:
        """The program is stopped and started again; what it knew in memory is gone."""


class Direct(PhoneDoor):
    """No messenger between; the program is started anew for every message."""

    _addresses = count(5001)

    def phone(self, letter: str) -> Phone:
        """A phone that hands everything in twice."""
        school = self.school
        return DirectPhone(
            school.database, RestartingReception(school), school.clock, letter, str(next(self._addresses))
        )
