"""Logging in: the first start, passwords, roles, cookies, what a stranger sees."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from canmou import casebase
from canmou.casebase import connect
from canmou.webui.holder import RuleBaseHolder
from canmou.webui.languages import local_path
from canmou.webui.security import CONTENT_SECURITY_POLICY
from canmou.webui.serve import prepare
from canmou.webui.settings import Settings
from tests.web_office import (  # noqa: F401
    PASSWORD,
    Person,
    app,
    application,
    database,
    furnish,
    furnished,
    li,
    rules,
    token,
    wang,
)


def test_first_start_makes_an_administrator_who_must_choose_a_password(
    tmp_path: Path, rules: RuleBaseHolder
) -> None:
    """The one-time password opens nothing but the page that changes it."""
    settings = Settings(instance=tmp_path, testing=True)
    first = prepare(settings)
    assert first is not None
    assert prepare(settings) is None, "only the first start makes one"
    someone = Person(application(tmp_path, rules))
    answer = someone.post("/login", {"name": first.name, "password": first.password})
    assert answer.request.path == "/password"
    assert someone.get("/admin/users").request.path == "/password"
    too_short = {"old": first.password, "new": "short", "again": "short"}
    assert "10" in someone.post("/password", too_short, 422).text
    chosen = {"old": first.password, "new": PASSWORD, "again": PASSWORD}
    page = someone.post("/password", chosen)
    assert page.request.path == "/admin/users"
    assert "先到“单位和电话”加上本单位" in page.text


def test_wrong_password_and_unknown_name_get_the_same_answer(app: Flask) -> None:
    """Nobody learns which names exist."""
    someone = Person(app)
    wrong = someone.post("/login", {"name": "wang", "password": "not-this-one"}, 422)
    unknown = someone.post("/login", {"name": "nobody", "password": "not-this-one"}, 422)
    notes = [re.findall(r'role="alert">(.*?)</div>', page.text)[0] for page in (wrong, unknown)]
    assert notes[0] == notes[1]
    assert 'value="wang"' in wrong.text, "the name that was typed is still there"


def test_too_many_logins_are_slowed_down(tmp_path: Path, rules: RuleBaseHolder) -> None:
    """A name may be tried only so often; the page says what to do."""
    furnish(tmp_path)
    someone = Person(application(tmp_path, rules, login_limit="3 per minute"))
    for _ in range(3):
        someone.post("/login", {"name": "zhao", "password": "guess"}, 422)
    assert "试得太频繁了" in someone.post("/login", {"name": "zhao", "password": "guess"}, 429).text
    someone.post("/login", {"name": "wang", "password": PASSWORD})


@pytest.mark.parametrize("path", ["/", "/intake/", "/admin/users", "/cards/", "/search?q=x"])
def test_stranger_is_sent_to_the_login_and_back(app: Flask, path: str) -> None:
    """After logging in one is where one wanted to go."""
    answer = app.test_client().get(path)
    assert answer.status_code == 302
    assert answer.location.startswith("/login?next=")


def test_programs_without_login_get_a_plain_401(app: Flask) -> None:
    """The interface does not answer with a page."""
    answer = app.test_client().get("/api/types")
    assert (401, "application/json") == (answer.status_code, answer.mimetype)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("wang", "/admin/users"),
        ("li", "/admin/offices"),
        ("sun", "/intake/"),
        ("guan", "/intake/"),
        ("qian", "/admin/users"),
    ],
)
def test_role_without_permission_gets_a_page_that_says_so(app: Flask, name: str, path: str) -> None:
    """A 403 in the same clothes, with a way on."""
    page = Person(app, name).get(path, 403)
    assert "您的角色不能做这件事" in page.text
    assert "回到值班台" in page.text


def test_form_without_its_token_is_refused_in_words(app: Flask, wang: Person) -> None:
    """CSRF: the page says that nothing was saved and what to do."""
    answer = wang.client.post("/intake/", data={"types": "gas_leak", "one_line": "x"})
    assert answer.status_code == 400
    assert "这次没有存上" in answer.text


def test_every_page_carries_the_security_headers(wang: Person) -> None:
    """Nothing inline, nothing from outside, nothing kept by the browser."""
    for path in ("/", "/intake/", "/nope"):
        answer = wang.client.get(path)
        assert CONTENT_SECURITY_POLICY == answer.headers["Content-Security-Policy"]
        assert "no-store" == answer.headers["Cache-Control"]
        assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=", answer.text), path


def test_cookies_are_secure_only_when_the_page_came_by_https(app: Flask) -> None:
    """A plain office network still works; over https no cookie travels in the clear."""
    for scheme, expected in (("http", False), ("https", True)):
        client = app.test_client()
        page = client.get("/login", base_url=f"{scheme}://desk.test")
        sent = {"name": "wang", "password": PASSWORD, "csrf_token": token(page)}
        answer = client.post("/login", data=sent, base_url=f"{scheme}://desk.test")
        cookie = answer.headers["Set-Cookie"]
        assert expected == ("Secure" in cookie)
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie


def test_logging_out_ends_the_session(wang: Person) -> None:
    """The next page asks for the login again."""
    wang.post("/logout", {}, page="/password")
    assert wang.client.get("/").status_code == 302


def test_what_is_left_of_a_session_opens_nothing(app: Flask) -> None:
    """A late answer or a copy may bring the cookie back; at a shared desk that must not matter."""
    here, elsewhere = Person(app, "wang"), Person(app, "wang")
    cookie = here.client.get_cookie("canmou")
    assert cookie is not None
    assert here.get("/drill/exercise/").request.path == "/drill/exercise/"
    page = here.post("/logout", {}, page="/password")
    assert "已退出登录" in page.text
    here.client.set_cookie("canmou", cookie.value)
    assert here.get("/").request.path == "/login"
    assert here.get("/drill/exercise/").request.path == "/login"
    with here.client.session_transaction() as left:
        assert "_user_id" not in left, "no page signs it for another shift"
    assert elsewhere.get("/").request.path == "/", "the session at the other desk goes on"


def test_leaving_a_drill_ends_the_session_where_it_is_kept(app: Flask, wang: Person) -> None:
    """A drill writes nothing into real work: it sends the form on."""
    cookie = wang.client.get_cookie("canmou")
    assert cookie is not None
    sent = {"csrf_token": token(wang.get("/drill/exercise/"))}
    answer = wang.client.post("/drill/logout", data=sent)
    assert (307, "/logout") == (answer.status_code, answer.location)
    assert "/login" == wang.client.post("/logout", data=sent, follow_redirects=True).request.path
    wang.client.set_cookie("canmou", cookie.value)
    assert wang.get("/drill/exercise/").request.path == "/login"


def test_pictures_bring_no_cookie(wang: Person) -> None:
    """Their answers may come late; only pages keep a session alive."""
    assert "Set-Cookie" in wang.get("/").headers
    for path in ("/static/icon.svg", "/static/canmou.css", "/drill/static/canmou.css"):
        with wang.get(path) as picture:
            assert "Set-Cookie" not in picture.headers


def test_account_that_is_switched_off_is_out_at_the_next_click(app: Flask, tmp_path: Path) -> None:
    """Nobody has to wait for a session to end; the administrator cannot lock himself out."""
    with connect(database(tmp_path)) as store:
        numbers = {user.name: user.id for user in casebase.users(store)}
    guan, zhao = Person(app, "guan"), Person(app, "zhao")

    def switch_off(name: str) -> TestResponse:
        path = f"/admin/users/{numbers[name]}/active"
        return guan.post(path, {"active": "no"}, page="/admin/users")

    switch_off("zhao")
    assert zhao.client.get("/").status_code == 302
    refused = switch_off("guan")
    assert "不能停用自己的账号" in refused.text


@pytest.mark.parametrize(
    "target",
    ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "", None],
)
def test_login_leads_to_pages_of_this_application_only(target: str | None) -> None:
    """No open redirect."""
    assert "/" == local_path(target, "/")


def test_a_changed_password_ends_the_other_sessions(app: Flask) -> None:
    """The one who changed it stays logged in; who held an older session has to log in again."""
    here, elsewhere = Person(app, "wang"), Person(app, "wang")
    assert "/login" not in elsewhere.get("/drill/exercise/").request.path
    new = "another-password-2"
    page = here.post("/password", {"old": PASSWORD, "new": new, "again": new})
    assert "在别处的登录都已退出" in page.text
    assert here.get("/").request.path == "/"
    assert elsewhere.get("/").request.path == "/login"
    assert elsewhere.get("/drill/exercise/").request.path == "/login"
    assert "接报登记" in here.get("/intake/").text


def test_a_password_reset_or_a_switched_off_account_ends_every_session(
    app: Flask, tmp_path: Path
) -> None:
    """A new one-time password is given because the old one may be in wrong hands."""
    guan, wang, zhao = (Person(app, name) for name in ("guan", "wang", "zhao"))
    with connect(database(tmp_path)) as store:
        numbers = {user.name: user.id for user in casebase.users(store)}
    guan.post(f"/admin/users/{numbers['wang']}/reset", {}, page="/admin/users")
    assert wang.get("/").request.path == "/login"
    active = f"/admin/users/{numbers['zhao']}/active"
    guan.post(active, {"active": "no"}, page="/admin/users")
    guan.post(active, {"active": "yes"}, page="/admin/users")
    assert zhao.get("/").request.path == "/login", "switched on again, the old session stays over"
