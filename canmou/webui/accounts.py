"""Who is logged in, and what a role may do."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import abort, g, jsonify, make_response, redirect, request, session, url_for
from flask_babel import gettext
from flask_login import LoginManager, UserMixin, current_user, login_required
from werkzeug.wrappers import Response

from canmou import casebase
from canmou.casebase import Office, User
from canmou.casebase.users import Permission
from canmou.webui.languages import here
from canmou.webui.services import store

View = TypeVar("View", bound=Callable[..., Any])
OPEN_WHILE_PASSWORD_IS_ONE_TIME = {"auth.password", "auth.log_out", "static", "languages.switch"}

login_manager = LoginManager()
login_manager.login_view = "auth.log_in"
login_manager.session_protection = "basic"


class Account(UserMixin):
    """The user of this session, as Flask-Login wants one; ``key`` tells one login from another."""

    def __init__(self, user: User, key: str | None = None) -> None:
        self.user = user
        self.key = key or casebase.new_session_key()

    def get_id(self) -> str:
        """Return what the session keeps: the user, which sessions still hold, and which it is."""
        return f"{self.user.id}.{self.user.session}.{self.key}"

    @property
    def is_active(self) -> bool:
        """Whether the user may still log in; a switched-off one is out at the next click."""
        return self.user.active


@login_manager.user_loader
def load_account(identifier: str) -> Account | None:
    """Return the user of a session, or None when the account is gone or switched off.

    None too when the session began before the password was changed or somebody logged out of it;
    what is left of such a session is emptied, or each page would sign it anew for another shift.
    None as well on the page that says that the store cannot be read; that session still holds.
    """
    if "store_failed" in g:
        return None
    found = _account_of(identifier)
    if found is None:
        session.clear()
    return found


def _account_of(identifier: str) -> Account | None:
    number, _, rest = identifier.partition(".")
    _, _, key = rest.partition(".")
    if not number.isdigit() or not key or casebase.session_ended(store(), key):
        return None
    user = casebase.get_user(store(), int(number))
    if user is None or not user.active:
        return None
    found = Account(user, key)
    return found if found.get_id() == identifier else None


@login_manager.unauthorized_handler
def ask_to_log_in() -> Response:
    """Send to the login page and come back afterwards; programs get a plain 401."""
    if request.path.startswith("/api/"):
        return make_response(jsonify({"error": "login required"}), 401)
    target = here() if request.method == "GET" else None
    return redirect(url_for("auth.log_in", next=target))


def me() -> User:
    """Return the user of this request; only for views that require a login."""
    return cast(User, current_user.user)


def my_office() -> Office | None:
    """Return the office of the user; the first administrator has none."""
    if "office" not in g:
        belongs = me().office
        g.office = casebase.office(store(), belongs) if belongs else None
    return cast("Office | None", g.office)


def office_level() -> str:
    """Return the level from which the user looks at an incident; the county's without an office."""
    office = my_office()
    return office.level if office is not None else "county"


def names_of_people() -> dict[str, str]:
    """Return the display name for each user name, for logs and ticks."""
    if "people" not in g:
        g.people = {user.name: user.display_name for user in casebase.users(store())}
    return cast(dict[str, str], g.people)


def may(*permissions: Permission) -> bool:
    """Tell whether the user may do one of these things."""
    return current_user.is_authenticated and any(
        casebase.allowed(me().role, permission) for permission in permissions
    )


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Let a view be used only by roles with one of ``permissions``; others get a 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        @login_required
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not may(*permissions):
                abort(403)
            return view(*args, **kwargs)

        return cast(View, guarded)

    return decorate


def force_new_password() -> Response | None:
    """Send a user with a one-time password to the page that changes it."""
    if not current_user.is_authenticated or not me().must_change_password:
        return None
    if request.endpoint in OPEN_WHILE_PASSWORD_IS_ONE_TIME:
        return None
    return redirect(url_for("auth.password"))


def role_label(role: str) -> str:
    """Return the word for a role."""
    return {
        "duty": gettext("值班员"),
        "duty_leader": gettext("带班领导"),
        "trainer": gettext("教员"),
        "policy": gettext("政策人员"),
        "admin": gettext("管理员"),
    }.get(role, role)
