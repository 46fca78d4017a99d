"""Users and offices: first administrator, passwords, lock-out, roles, the tree of areas."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from canmou.casebase import (
    ROLES,
    LockedOut,
    NameTaken,
    Office,
    OneTimePassword,
    Store,
    UnknownOffice,
    UnknownUser,
    WeakPassword,
    WrongPassword,
    add_office,
    add_user,
    allowed,
    change_password,
    connect,
    create_first_administrator,
    end_session,
    get_user,
    new_session_key,
    offices,
    offices_below,
    reset_password,
    session_ended,
    set_active,
    set_language,
    set_role,
    sign_in,
    users,
)
from canmou.engine.records import Text

AT = datetime(2026, 11, 22, 8, 0)
GOOD = "correct horse battery"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with connect(tmp_path / "canmou.db") as one:
        yield one


@pytest.fixture
def admin(store: Store) -> OneTimePassword:
    made = create_first_administrator(store, at=AT)
    assert made is not None
    return made


def test_the_first_administrator_is_made_once(store: Store, admin: OneTimePassword) -> None:
    assert create_first_administrator(store, at=AT) is None
    user = sign_in(store, admin.name, admin.password, at=AT)
    assert (user.role, user.must_change_password) == ("admin", True)
    assert [admin.name] == [one.name for one in users(store)]


def test_passwords_are_kept_only_as_argon2_hashes(store: Store, admin: OneTimePassword) -> None:
    row = store.row("SELECT password_hash FROM users")
    assert row is not None
    assert row["password_hash"].startswith("$argon2id$")
    assert admin.password not in row["password_hash"]


def test_a_changed_password_replaces_the_one_time_password(
    store: Store, admin: OneTimePassword
) -> None:
    user = sign_in(store, admin.name, admin.password, at=AT)
    assert not change_password(store, user.id, admin.password, GOOD, at=AT).must_change_password
    assert user.id == sign_in(store, admin.name, GOOD, at=AT).id
    with pytest.raises(WrongPassword):
        sign_in(store, admin.name, admin.password, at=AT)
    again = reset_password(store, user.id)
    assert sign_in(store, admin.name, again.password, at=AT).must_change_password


@pytest.mark.parametrize("new", ["short", "the-admin-password", "abababababab"])
def test_a_weak_password_is_refused(store: Store, admin: OneTimePassword, new: str) -> None:
    user = sign_in(store, admin.name, admin.password, at=AT)
    with pytest.raises(WeakPassword):
        change_password(store, user.id, admin.password, new, at=AT)
    with pytest.raises(WeakPassword):
        change_password(store, user.id, admin.password, admin.password, at=AT)
    with pytest.raises(WrongPassword):
        change_password(store, user.id, "not the old one", GOOD, at=AT)


def test_five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(
    store: Store, admin: OneTimePassword
) -> None:
    for _ in range(4):
        with pytest.raises(WrongPassword):
            sign_in(store, admin.name, "wrong", at=AT)
    with pytest.raises(LockedOut, match="08:15") as caught:
        sign_in(store, admin.name, "wrong", at=AT)
    assert AT + timedelta(minutes=15) == caught.value.until
    with pytest.raises(LockedOut):
        sign_in(store, admin.name, admin.password, at=AT + timedelta(minutes=14))
    assert sign_in(store, admin.name, admin.password, at=AT + timedelta(minutes=16))


def test_a_good_password_forgets_the_failures_before(store: Store, admin: OneTimePassword) -> None:
    for _ in range(2):
        for _ in range(4):
            with pytest.raises(WrongPassword):
                sign_in(store, admin.name, "wrong", at=AT)
        sign_in(store, admin.name, admin.password, at=AT)


def test_unknown_and_inactive_users_get_the_same_answer(
    store: Store, admin: OneTimePassword
) -> None:
    with pytest.raises(WrongPassword) as nobody:
        sign_in(store, "nobody", "x", at=AT)
    user = users(store)[0]
    set_active(store, user.id, False)
    with pytest.raises(WrongPassword) as inactive:
        sign_in(store, admin.name, admin.password, at=AT)
    assert str(nobody.value) == str(inactive.value)
    set_active(store, user.id, True)
    assert sign_in(store, admin.name, admin.password, at=AT).active


def test_roles_may_do_only_their_own(store: Store) -> None:
    assert allowed("duty", "take_call")
    assert not allowed("duty", "sign_report")
    assert allowed("duty_leader", "sign_report")
    assert not allowed("admin", "sign_report")
    assert not allowed("trainer", "publish")
    assert tuple(role for role in ROLES if allowed(role, "publish")) == ("policy",)


def test_names_are_unique_and_offices_must_exist(store: Store, admin: OneTimePassword) -> None:
    with pytest.raises(NameTaken, match="admin"):
        add_user(store, name="admin", display_name="甲", role="duty", office=None, at=AT)
    with pytest.raises(UnknownOffice, match="nowhere"):
        add_user(store, name="li", display_name="李", role="duty", office="nowhere", at=AT)
    with pytest.raises(UnknownUser):
        set_role(store, 99, "duty")
    assert get_user(store, 99) is None


def test_role_and_language_of_a_user_can_change(store: Store, admin: OneTimePassword) -> None:
    user = users(store)[0]
    assert set_role(store, user.id, "trainer").role == "trainer"
    assert set_language(store, user.id, "en").language == "en"
    saved = get_user(store, user.id)
    assert saved is not None
    assert (saved.role, saved.language) == ("trainer", "en")


def office(name: str, parent: str | None) -> Office:
    return Office(
        id=name, name=Text(zh=name, en=name), level="township", parent=parent,
        area={"county": "某县"},
    )  # fmt: skip


def test_an_ended_session_is_remembered_as_long_as_its_cookie_holds(store: Store) -> None:
    """Afterwards nobody needs to know of it any more."""
    first, second = new_session_key(), new_session_key()
    assert not session_ended(store, first)
    end_session(store, first, at=AT, until=AT + timedelta(hours=14))
    end_session(store, first, at=AT, until=AT + timedelta(hours=14))
    assert session_ended(store, first)
    later = AT + timedelta(hours=15)
    end_session(store, second, at=later, until=later + timedelta(hours=14))
    assert (False, True) == (session_ended(store, first), session_ended(store, second))


def test_offices_form_a_tree_of_areas(store: Store) -> None:
    for name, parent in (("county", None), ("town-b", "county"), ("town-a", "county"),
                         ("village", "town-b")):  # fmt: skip
        add_office(store, office(name, parent))
    assert [one.id for one in offices(store)] == ["county", "town-a", "town-b", "village"]
    assert offices_below(store, "town-b") == ("town-b", "village")
    assert offices(store)[0].area == {"county": "某县"}
    with pytest.raises(NameTaken):
        add_office(store, office("village", "town-a"))
    with pytest.raises(UnknownOffice):
        add_office(store, office("x", "nowhere"))
