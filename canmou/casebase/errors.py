# The name of each error is a sentence, as its message is.
# ruff: noqa: N818
"""What can go wrong in the case base; every error is a sentence in both languages."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from canmou.engine.records import Text

if TYPE_CHECKING:
    from canmou.casebase.log import Event


class CasebaseError(Exception):
    """The base of all errors of this package. ``text`` is for the page, ``str()`` has both."""

    def __init__(self, zh: str, en: str) -> None:
        self.text = Text(zh=zh, en=en)
        super().__init__(f"{zh} / {en}")


class StoreError(CasebaseError):
    """The file of the store could not be used."""


class LockedStore(StoreError):
    """Someone else is writing for longer than we waited; nothing was saved."""

    def __init__(self) -> None:
        super().__init__(
            "数据库正被占用，这次没有存上。您填的内容还在，请再按一次保存。",
            "The database is busy and this was not saved. What you typed is kept; save again.",
        )


class FullStore(StoreError):
    """The disk is full or cannot be written; nothing was saved."""

    def __init__(self) -> None:
        super().__init__(
            "磁盘已满或不能写入，这次没有存上。您填的内容还在，请通知管理员清理磁盘后再保存。",
            "The disk is full or cannot be written, so this was not saved. What you typed is kept; "
            "ask the administrator to make room, then save again.",
        )


class StoreDamaged(StoreError):
    """The file is no database, or its content contradicts itself."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"数据库文件已损坏，不能使用：{what}。请停用并从备份恢复。",
            f"The database file is damaged and cannot be used: {what}. Restore it from a backup.",
        )


class WrongStore(StoreError):
    """A drill store was opened for real work, or the other way round."""

    def __init__(self, *, is_drill: bool) -> None:
        zh = "这是演练库，不能用于真实事件。" if is_drill else "这是真实事件库，不能用于演练。"
        en = (
            "This is the drill store; it cannot be used for real incidents."
            if is_drill
            else "This is the store of real incidents; it cannot be used for drills."
        )
        super().__init__(zh, en)


class UnknownIncident(CasebaseError):
    """There is no incident with this id."""

    def __init__(self, incident: str) -> None:
        super().__init__(f"没有编号为 {incident} 的事件。", f"There is no incident {incident}.")


class ConcurrentChange(CasebaseError):
    """Others wrote after the page was built. ``since`` is what they wrote."""

    def __init__(self, since: tuple[Event, ...], last: int) -> None:
        self.since = since
        self.last = last
        who_zh = "、".join(sorted({event.author for event in since})) or "有人"
        who_en = ", ".join(sorted({event.author for event in since})) or "someone"
        super().__init__(
            f"您填写期间，{who_zh}已更新了这起事件（{len(since)} 项）。请看过后再保存。",
            f"While you were typing, {who_en} changed this incident ({len(since)} entries). "
            "Look at the changes, then save again.",
        )


class NotPossible(CasebaseError):
    """The command does not fit the present state of the incident."""


class WrongPassword(CasebaseError):
    """Name and password do not belong together."""

    def __init__(self) -> None:
        super().__init__("用户名或密码不对。", "The name or the password is wrong.")


class LockedOut(CasebaseError):
    """Too many wrong passwords; signing in is refused until ``until``."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(
            f"密码输错次数太多，请在 {until:%H:%M} 以后再试。",
            f"Too many wrong passwords. Try again after {until:%H:%M}.",
        )


class WeakPassword(CasebaseError):
    """The new password may not be used."""


class UnknownUser(CasebaseError):
    """There is no such user."""

    def __init__(self, who: str) -> None:
        super().__init__(f"没有用户 {who}。", f"There is no user {who}.")


class UnknownOffice(CasebaseError):
    """There is no such office."""

    def __init__(self, office: str) -> None:
        super().__init__(f"没有单位 {office}。", f"There is no office {office}.")


class NameTaken(CasebaseError):
    """A user, office or release of this name exists already."""

    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}”已存在，请换一个。", f'"{name}" exists already; choose another.')


class CaseFileError(CasebaseError):
    """Case files could not be used; ``problems`` names file, case and field, all at once."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        listed = "\n".join(problems)
        super().__init__(
            f"案例文件有 {len(problems)} 处错误：\n{listed}",
            f"{len(problems)} mistakes in the case files (listed above)",
        )
