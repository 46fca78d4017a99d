"""Users: who may sign in, in which role, and what a role may do."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from canmou.casebase.clock import beijing
from canmou.casebase.errors import (
    LockedOut,
    NameTaken,
    UnknownUser,
    WeakPassword,
    WrongPassword,
)
from canmou.casebase.offices import office as known_office
from canmou.casebase.store import Store
from canmou.engine.records import Language, Record

Role = Literal["duty", "duty_leader", "trainer", "policy", "admin"]
ROLES: tuple[Role, ...] = ("duty", "duty_leader", "trainer", "policy", "admin")
Permission = Literal[
    "take_call", "answer", "tick", "write_report", "sign_report", "close", "review", "run_drill",
    "edit_rules", "publish", "administer", "destroy_personal", "check_readiness", "see_people",
]  # fmt: skip
_DESK: frozenset[Permission] = frozenset(
    {"take_call", "answer", "tick", "write_report", "check_readiness", "see_people"}
)
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    "duty": _DESK,
    "duty_leader": _DESK | {"sign_report", "close", "destroy_personal"},
    "trainer": frozenset({"review", "run_drill"}),
    "policy": frozenset({"review", "edit_rules", "publish"}),
    "admin": frozenset({"administer", "destroy_personal"}),
}

FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
SHORTEST_PASSWORD = 10
ADMINISTRATOR = "admin"
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # none that are taken for each other


class User(Record):
    """A user. ``must_change_password`` holds until the one-time password was replaced.

    ``session`` counts the ends of all sessions: one that began under an older number is over.
    """

    id: int
    name: str
    display_name: str
    role: Role
    office: str | None
    must_change_password: bool
    active: bool
    language: Language | None = None
    session: int = 0


class OneTimePassword(Record):
    """A password that is shown once and must be changed at the first sign-in."""

    name: str
    password: str


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    """Return a hash to try when there is no such user, so that both take the same time."""
    return _hasher().hash(secrets.token_hex(16))


def allowed(role: Role, permission: Permission) -> bool:
    """Tell whether a role may do something."""
    return permission in PERMISSIONS[role]


def _new_password() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def create_first_administrator(store: Store, *, at: datetime) -> OneTimePassword | None:
    """Make the first administrator and return the one-time password; None if there are users."""
    with store.writing():
        if store.row("SELECT 1 FROM users") is not None:
            return None
        return add_user(
            store, name=ADMINISTRATOR, display_name="管理员", role="admin", office=None, at=at
        )


def add_user(
    store: Store, *, name: str, display_name: str, role: Role, office: str | None, at: datetime
) -> OneTimePassword:
    """Add a user with a one-time password. Raises NameTaken, UnknownOffice."""
    password = _new_password()
    with store.writing():
        if store.row("SELECT 1 FROM users WHERE name = ?", [name]) is not None:
            raise NameTaken(name)
        if office is not None:
            known_office(store, office)
        store.db.table("users").insert(
            {
                "name": name, "display_name": display_name, "role": role, "office": office,
                "password_hash": _hasher().hash(password), "must_change": 1, "failures": 0,
                "locked_until": None, "active": 1, "language": None,
                "created_at": beijing(at).isoformat(),
            }
        )  # fmt: skip
    return OneTimePassword(name=name, password=password)


def sign_in(store: Store, name: str, password: str, *, at: datetime) -> User:
    """Return the user if name and password belong together and the account is active.

    Raises WrongPassword; after five failures LockedOut for a quarter of an hour, also for the
    right password.
    """
    moment = beijing(at)
    with store.writing():
        row = store.row("SELECT * FROM users WHERE name = ?", [name])
        if row is None:
            _matches(_nobody(), password)
            raise WrongPassword
        until = row["locked_until"]
        if until is not None and moment < datetime.fromisoformat(until):
            raise LockedOut(datetime.fromisoformat(until))
        good = _matches(row["password_hash"], password) and bool(row["active"])
        failures = 0 if good else row["failures"] + 1
        locked = moment + LOCKED_FOR if failures >= FAILURES else None
        store.db.table("users").update(
            row["id"],
            {
                "failures": 0 if locked else failures,
                "locked_until": None if locked is None else locked.isoformat(),
            },
        )
    # Outside the transaction: the count of failures must stay when we refuse.
    if locked is not None:
        raise LockedOut(locked)
    if not good:
        raise WrongPassword
    return _user(row)


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher().verify(password_hash, password)
    except VerifyMismatchError:
        return False


def change_password(store: Store, user_id: int, old: str, new: str, *, at: datetime) -> User:
    """Replace a password, the old one given; every session of the user ends.

    Raises WrongPassword, LockedOut, WeakPassword.
    """
    user = get_user(store, user_id)
    if user is None:
        raise UnknownUser(str(user_id))
    sign_in(store, user.name, old, at=at)
    if len(new) < SHORTEST_PASSWORD:
        raise WeakPassword(
            f"密码至少 {SHORTEST_PASSWORD} 位。",
            f"A password has at least {SHORTEST_PASSWORD} characters.",
        )
    if new == old or user.name.lower() in new.lower() or len(set(new)) < 4:
        raise WeakPassword(
            "新密码不能与旧密码相同，不能包含用户名，不能只用两三个字符反复组成。",
            "The new password must differ from the old one, must not contain the user name, and "
            "must not repeat two or three characters.",
        )
    changes = {"password_hash": _hasher().hash(new), "must_change": 0}
    return _change(store, user_id, changes, ends_sessions=True)


def reset_password(store: Store, user_id: int) -> OneTimePassword:
    """Give a user a new one-time password, lift a lock, end every session. Raises UnknownUser."""
    password = _new_password()
    user = _change(
        store,
        user_id,
        {
            "password_hash": _hasher().hash(password), "must_change": 1, "failures": 0,
            "locked_until": None,
        },
        ends_sessions=True,
    )  # fmt: skip
    return OneTimePassword(name=user.name, password=password)


def set_role(store: Store, user_id: int, role: Role) -> User:
    """Give a user another role. Raises UnknownUser."""
    return _change(store, user_id, {"role": role})


def set_active(store: Store, user_id: int, active: bool) -> User:
    """Let a user sign in, or no longer, which ends every session. Raises UnknownUser."""
    return _change(store, user_id, {"active": int(active)}, ends_sessions=not active)


def set_language(store: Store, user_id: int, language: Language) -> User:
    """Remember the language of a user. Raises UnknownUser."""
    return _change(store, user_id, {"language": language})


def get_user(store: Store, user_id: int) -> User | None:
    """Return a user, or None."""
    row = store.row("SELECT * FROM users WHERE id = ?", [user_id])
    return None if row is None else _user(row)


def users(store: Store) -> tuple[User, ...]:
    """Return all users by name."""
    return tuple(_user(row) for row in store.rows("SELECT * FROM users ORDER BY name"))


def _change(
    store: Store, user_id: int, changes: dict[str, Any], *, ends_sessions: bool = False
) -> User:
    with store.writing():
        user = get_user(store, user_id)
        if user is None:
            raise UnknownUser(str(user_id))
        ended = {"session": user.session + 1} if ends_sessions else {}
        store.db.table("users").update(user_id, {**changes, **ended})
        changed = get_user(store, user_id)
        if changed is None:  # it was there a moment ago, in the same transaction
            raise UnknownUser(str(user_id))
        return changed


def _user(row: dict[str, Any]) -> User:
    return User(
        id=row["id"], name=row["name"], display_name=row["display_name"], role=row["role"],
        office=row["office"], must_change_password=bool(row["must_change"]),
        active=bool(row["active"]), language=row["language"], session=row["session"],
    )  # fmt: skip
