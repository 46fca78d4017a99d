"""Administration: users, offices, telephone numbers."""

from __future__ import annotations

from flask_wtf import FlaskForm
from pydantic import ConfigDict

from canmou.casebase import Office, OneTimePassword, User
from canmou.engine.records import Record, Text
from canmou.webui.pages.base import Link


class AdminPage(Record):
    """What the pages of administration share."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    tabs: tuple[Link, ...]
    problem: str | None = None


class UserRow(Record):
    """A user with role and office in words."""

    user: User
    role: str
    office: Text | None


class UsersPage(AdminPage):
    """Users. ``issued`` is a one-time password that is shown once, to be handed over."""

    form: FlaskForm
    users: tuple[UserRow, ...]
    roles: tuple[tuple[str, str], ...]
    issued: OneTimePassword | None = None
    no_office: bool = False


class OfficeRow(Record):
    """An office in the tree."""

    office: Office
    depth: int
    level: str
    telephones_url: str


class OfficesPage(AdminPage):
    """Offices as a tree."""

    form: FlaskForm
    offices: tuple[OfficeRow, ...]


class NumberRow(Record):
    """A party with the number of the office, and the one that holds if it has none."""

    party: str
    label: Text
    own: str
    otherwise: str


class TelephonesPage(AdminPage):
    """The telephone book of an office."""

    office: Office
    first: tuple[NumberRow, ...]
    rest: tuple[NumberRow, ...]
