"""The pages of logging in and of the password."""

from __future__ import annotations

from flask_wtf import FlaskForm
from pydantic import ConfigDict

from canmou.engine.records import Record


class FormPage(Record):
    """A page with a form; ``problem`` says why what was sent could not be done."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    form: FlaskForm
    problem: str | None = None


class LoginPage(FormPage):
    """The login."""


class PasswordPage(FormPage):
    """Changing the password; ``one_time`` when the present one must be replaced first."""

    one_time: bool
    shortest: int
