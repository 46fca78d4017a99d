"""A small office for the tests of the web application: a county, a sub-district, a community."""

from __future__ import annotations

import re
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from canmou import casebase
from canmou.casebase import Office, connect
from canmou.engine.records import Text
from canmou.webui import create_app
from canmou.webui.holder import RuleBaseHolder

PASSWORD = "test-password-1"
FIRST = datetime(2026, 11, 1, 8, 0)
AREA = {"province": "山东省", "city": "济南市", "county": "历下区"}
OFFICES = (
    Office(id="county", name=Text(zh="历下区总值班室", en="Lixia duty office"), level="county",
           area=AREA, telephone="0531-1000"),
    Office(id="street", name=Text(zh="文东街道", en="Wendong sub-district"), level="township",
           parent="county", area={**AREA, "township": "文东街道"}, telephone="0531-2000"),
    Office(id="xingfu", name=Text(zh="幸福社区", en="Xingfu community"), level="community",
           parent="street", area={**AREA, "township": "文东街道", "community": "幸福社区"}),
    Office(id="other", name=Text(zh="甸柳街道", en="Dianliu sub-district"), level="township",
           parent="county", area={**AREA, "township": "甸柳街道"}),
)  # fmt: skip
PEOPLE = (
    ("wang", "王值班", "duty", "street"),
    ("li", "李主任", "duty_leader", "street"),
    ("zhao", "赵网格", "duty", "xingfu"),
    ("zhou", "周值班", "duty", "county"),
    ("wu", "吴值班", "duty", "other"),
    ("sun", "孙教员", "trainer", "county"),
    ("qian", "钱政策", "policy", "county"),
    ("guan", "管理员", "admin", None),
)


def database(folder: Path) -> Path:
    """Return where the database of an office in ``folder`` lies."""
    return folder / "canmou.sqlite3"


def furnish(folder: Path) -> None:
    """Make the database with offices and people, all with the same password."""
    with connect(database(folder)) as store:
        for office in OFFICES:
            casebase.add_office(store, office)
        for name, display, role, office_id in PEOPLE:
            given = casebase.add_user(
                store, name=name, display_name=display, role=role, office=office_id, at=FIRST
            )
            user = next(u for u in casebase.users(store) if u.name == name)
            casebase.change_password(store, user.id, given.password, PASSWORD, at=FIRST)


def application(folder: Path, rules: RuleBaseHolder, **settings: object) -> Flask:
    """Return the application on an office in ``folder``."""
    wanted = {"instance": folder, "testing": True, "login_limit": "1000 per minute", **settings}
    return create_app(wanted, rules)


def token(answer: TestResponse) -> str:
    """Return the token of the forms on a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
    assert found is not None, answer.text[:500]
    return found[1]


class Person:
    """Somebody at a browser: follows links, fills forms with their token."""

    def __init__(self, app: Flask, name: str | None = None) -> None:
        self.client: FlaskClient = app.test_client()
        if name is not None:
            answer = self.post("/login", {"name": name, "password": PASSWORD})
            assert answer.request.path == "/", answer.text[:2000]

    def get(self, path: str, status: int = 200) -> TestResponse:
        """Open a page."""
        answer = self.client.get(path, follow_redirects=True)
        assert status == answer.status_code, answer.text[:3000]
        return answer

    def post(
        self, path: str, data: dict[str, object], status: int = 200, page: str | None = None
    ) -> TestResponse:
        """Fill the form on ``page`` (the same path by default) and send it."""
        where = self.client.get(page or path, follow_redirects=True)
        sent = {"csrf_token": token(where), **data}
        answer = self.client.post(path, data=sent, follow_redirects=True)
        assert status == answer.status_code, answer.text[:3000]
        return answer

    def take_call(self, **details: object) -> str:
        """Take a call about a gas leak, or another one; return the path of the incident."""
        told = {
            "types": ["gas_leak"],
            "one_line": "三楼燃气味很重",
            "place": "幸福小区3号楼",
            "nature": "occurred",
            "action": "save",
            **details,
        }
        answer = self.post("/intake/", told)
        return answer.request.path.rsplit("/", 1)[0]

    def answer(self, incident: str, measure: str, status: int = 200, **typed: str) -> TestResponse:
        """Answer one question with what stands in its controls."""
        path = f"{incident}/questions/{measure}"
        fields = {f"{measure}.{name}": value for name, value in typed.items()}
        return self.post(path, fields, status)


@pytest.fixture(scope="session")
def rules() -> RuleBaseHolder:
    """The shipped rules, loaded once for all tests of the web application."""
    return RuleBaseHolder()


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A furnished office to copy from: passwords take their time to be hashed."""
    folder = tmp_path_factory.mktemp("office")
    furnish(folder)
    return folder


@pytest.fixture
def app(tmp_path: Path, furnished: Path, rules: RuleBaseHolder) -> Flask:
    """The application on an office of its own."""
    shutil.copy(database(furnished), database(tmp_path))
    return application(tmp_path, rules)


@pytest.fixture
def wang(app: Flask) -> Person:
    """The duty officer of the sub-district."""
    return Person(app, "wang")


@pytest.fixture
def li(app: Flask) -> Person:
    """The duty leader of the sub-district."""
    return Person(app, "li")
