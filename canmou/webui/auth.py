"""Logging in and out, and the password."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required, login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired

from canmou import casebase
from canmou.casebase import CasebaseError, User
from canmou.webui.accounts import Account, may, me
from canmou.webui.languages import local_path, told
from canmou.webui.limits import address_and_name, limiter, login_limit
from canmou.webui.pages.auth import LoginPage, PasswordPage
from canmou.webui.replies import Reply
from canmou.webui.services import services, store
from canmou.webui.timewords import now

blueprint = Blueprint("auth", __name__)
SHORTEST_PASSWORD = 10


class LoginForm(FlaskForm):
    """Name and password."""

    name = StringField(_l("用户名"), [InputRequired(_l("请填用户名"))])
    password = PasswordField(_l("密码"), [InputRequired(_l("请填密码"))])


class PasswordForm(FlaskForm):
    """The old password and the new one, twice."""

    old = PasswordField(_l("现在的密码"), [InputRequired(_l("请填现在的密码"))])
    new = PasswordField(_l("新密码"), [InputRequired(_l("请填新密码"))])
    again = PasswordField(_l("再输一遍新密码"), [EqualTo("new", _l("两次输入的新密码不一样"))])


@blueprint.route("/login", methods=["GET", "POST"])
@limiter.limit(login_limit, key_func=address_and_name, methods=["POST"])
def log_in() -> Reply:
    """Let a user in; the answer is the same for a wrong name and a wrong password."""
    target = local_path(request.args.get("next"), url_for("desk.overview"))
    if current_user.is_authenticated:
        return redirect(target)
    form = LoginForm()
    problem: str | None = None
    if form.validate_on_submit():
        try:
            user = casebase.sign_in(
                store(), (form.name.data or "").strip(), form.password.data or "", at=now()
            )
        except CasebaseError as error:
            problem = told(error.text)
        else:
            _begin_session(user)
            return redirect(url_for("auth.password") if user.must_change_password else target)
    page = LoginPage(form=form, problem=problem)
    return render_template("login.html", page=page), (200 if request.method == "GET" else 422)


def _begin_session(user: User) -> None:
    session.clear()
    session.permanent = True
    login_user(Account(user))


@blueprint.post("/logout")
@login_required
def log_out() -> Response:
    """End the session, here and wherever a copy of its cookie may be."""
    moment = now()
    until = moment + services().settings.shift
    casebase.end_session(store(), current_user.key, at=moment, until=until)
    logout_user()
    session.clear()
    flash(gettext("已退出登录。"), "good")
    return redirect(url_for("auth.log_in"))


@blueprint.route("/password", methods=["GET", "POST"])
@login_required
def password() -> Reply:
    """Change the password; a one-time password must be changed before anything else."""
    form = PasswordForm()
    problem: str | None = None
    if form.validate_on_submit():
        try:
            user = casebase.change_password(
                store(), me().id, form.old.data or "", form.new.data or "", at=now()
            )
        except CasebaseError as error:
            problem = told(error.text)
        else:
            _begin_session(user)
            flash(gettext("密码已更改；在别处的登录都已退出。"), "good")
            return redirect(url_for("admin.users" if may("administer") else "desk.overview"))
    page = PasswordPage(
        form=form, problem=problem, one_time=me().must_change_password, shortest=SHORTEST_PASSWORD
    )
    return render_template("password.html", page=page), (200 if request.method == "GET" else 422)
