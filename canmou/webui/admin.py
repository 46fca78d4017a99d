"""管理: users, offices, telephone numbers."""

from __future__ import annotations

import re

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from canmou import casebase
from canmou.casebase import ROLES, CasebaseError, Office, OneTimePassword
from canmou.engine.records import Text
from canmou.webui.accounts import me, requires, role_label
from canmou.webui.intake import AREA_PARTS
from canmou.webui.languages import told
from canmou.webui.pages.admin import (
    NumberRow,
    OfficeRow,
    OfficesPage,
    TelephonesPage,
    UserRow,
    UsersPage,
)
from canmou.webui.pages.base import Link
from canmou.webui.replies import Reply
from canmou.webui.services import rulebase, store
from canmou.webui.telephones import numbers, own_numbers, write_numbers
from canmou.webui.timewords import now

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
OFFICE_LEVELS = ("county", "township", "community", "village", "city", "province", "unit")


def _tabs() -> tuple[Link, ...]:
    pages = (("admin.users", gettext("用户")), ("admin.offices", gettext("单位和电话")))
    return tuple(
        Link(words=words, url=url_for(name), current=request.endpoint == name)
        for name, words in pages
    )


def level_words() -> dict[str, str]:
    """Return the words for the levels of offices."""
    return {
        "county": gettext("县（市、区）"),
        "township": gettext("街道、乡镇"),
        "community": gettext("社区"),
        "village": gettext("村"),
        "city": gettext("设区的市"),
        "province": gettext("省级"),
        "unit": gettext("单位"),
    }


class UserForm(FlaskForm):
    """A new user."""

    name = StringField(
        _l("用户名"),
        [
            InputRequired(_l("请填用户名")),
            Length(max=40),
            Regexp(r"^[\w.-]+$", message=_l("用户名只用字母、汉字、数字、点和横线")),
        ],
    )
    display_name = StringField(_l("姓名"), [InputRequired(_l("请填姓名")), Length(max=40)])
    role = SelectField(_l("角色"))
    office = SelectField(_l("单位"), validate_choice=False)


@blueprint.route("/users", methods=["GET", "POST"])
@requires("administer")
def users() -> Reply:
    """Show the users, and add one; the one-time password is shown once."""
    form = _user_form()
    issued: OneTimePassword | None = None
    problem: str | None = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate_on_submit():
            try:
                issued = casebase.add_user(
                    store(),
                    name=(form.name.data or "").strip(),
                    display_name=(form.display_name.data or "").strip(),
                    role=form.role.data,
                    office=form.office.data or None,
                    at=now(),
                )
            except CasebaseError as error:
                problem = told(error.text)
            else:
                form, status = _user_form(blank=True), 200
    return _users_shown(form, issued, problem), status


def _user_form(blank: bool = False) -> UserForm:
    form = UserForm(formdata=None) if blank else UserForm()
    form.role.choices = [(role, role_label(role)) for role in ROLES]
    form.office.choices = [
        ("", gettext("（不属于哪个单位）")),
        *((office.id, told(office.name)) for office in casebase.offices(store())),
    ]
    return form


def _users_shown(
    form: UserForm, issued: OneTimePassword | None = None, problem: str | None = None
) -> str:
    names = {office.id: office.name for office in casebase.offices(store())}
    page = UsersPage(
        tabs=_tabs(),
        problem=problem,
        form=form,
        users=tuple(
            UserRow(user=user, role=role_label(user.role), office=names.get(user.office or ""))
            for user in casebase.users(store())
        ),
        roles=tuple((role, role_label(role)) for role in ROLES),
        issued=issued,
        no_office=not names,
    )
    return render_template("admin_users.html", page=page)


@blueprint.post("/users/<int:user>/reset")
@requires("administer")
def reset(user: int) -> str:
    """Give a user a new one-time password."""
    return _users_shown(_user_form(blank=True), casebase.reset_password(store(), user))


@blueprint.post("/users/<int:user>/role")
@requires("administer")
def role(user: int) -> Response:
    """Give a user another role."""
    wanted = request.form.get("role")
    if wanted in ROLES and user != me().id:
        casebase.set_role(store(), user, wanted)
    return redirect(url_for(".users"))


@blueprint.post("/users/<int:user>/active")
@requires("administer")
def active(user: int) -> Response:
    """Switch an account off or on; nobody locks himself out."""
    if user == me().id:
        flash(gettext("不能停用自己的账号。"), "mistake")
    else:
        casebase.set_active(store(), user, request.form.get("active") == "yes")
    return redirect(url_for(".users"))


class OfficeForm(FlaskForm):
    """A new office. The English name may be left out; the area continues that of the parent."""

    name_zh = StringField(_l("单位名称"), [InputRequired(_l("请填单位名称")), Length(max=80)])
    name_en = StringField(_l("英文名称（可不填）"), [Length(max=120)])
    level = SelectField(_l("层级"))
    parent = SelectField(_l("上级单位"), validate_choice=False)
    telephone = StringField(_l("值班电话"), [Length(max=40)])
    province = StringField(_l("省（自治区、直辖市）"), [Length(max=40)])
    city = StringField(_l("市（州）"), [Length(max=40)])
    county = StringField(_l("县（市、区）"), [Length(max=40)])
    township = StringField(_l("街道、乡镇"), [Length(max=40)])
    community = StringField(_l("社区、村"), [Length(max=40)])


@blueprint.route("/offices", methods=["GET", "POST"])
@requires("administer")
def offices() -> Reply:
    """Show the tree of offices, and add one."""
    form = _office_form()
    problem: str | None = None
    if request.method == "POST" and form.validate_on_submit():
        try:
            casebase.add_office(store(), _new_office(form))
        except CasebaseError as error:
            problem = told(error.text)
        else:
            flash(gettext("单位已加上。"), "good")
            return redirect(url_for(".offices"))
    every = casebase.offices(store())
    page = OfficesPage(
        tabs=_tabs(),
        problem=problem,
        form=form,
        offices=tuple(
            OfficeRow(
                office=office,
                depth=_depth(office, every),
                level=level_words()[office.level],
                telephones_url=url_for(".telephones", office=office.id),
            )
            for office in every
        ),
    )
    return render_template("admin_offices.html", page=page), (
        200 if request.method == "GET" else 422
    )


def _office_form() -> OfficeForm:
    form = OfficeForm()
    form.level.choices = [(level, level_words()[level]) for level in OFFICE_LEVELS]
    form.parent.choices = [
        ("", gettext("（没有上级单位）")),
        *((office.id, told(office.name)) for office in casebase.offices(store())),
    ]
    return form


def _new_office(form: OfficeForm) -> Office:
    every = {office.id: office for office in casebase.offices(store())}
    parent = every.get(form.parent.data or "")
    typed = {part: (form[part].data or "").strip() for part in AREA_PARTS}
    area = {**(parent.area if parent else {}), **{k: v for k, v in typed.items() if v}}
    name = (form.name_zh.data or "").strip()
    return Office(
        id=_new_id(name, set(every)),
        name=Text(zh=name, en=(form.name_en.data or "").strip() or name),
        level=form.level.data,
        parent=parent.id if parent else None,
        area=area,
        telephone=(form.telephone.data or "").strip() or None,
    )


def _new_id(name: str, taken: set[str]) -> str:
    """Return an id that sorts behind those that are there already."""
    ascii_part = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    base = ascii_part or "office"
    number = len(taken) + 1
    while f"{base}-{number:03d}" in taken:
        number += 1
    return f"{base}-{number:03d}"


def _depth(office: Office, every: tuple[Office, ...]) -> int:
    parents = {one.id: one.parent for one in every}
    depth, here = 0, office.parent
    while here is not None and depth < len(every):
        depth, here = depth + 1, parents.get(here)
    return depth


@blueprint.route("/offices/<office>/telephones", methods=["GET", "POST"])
@requires("administer")
def telephones(office: str) -> Reply:
    """Show and change the numbers that the first-minute cards give at an office."""
    place = casebase.office(store(), office)
    rules = rulebase()
    problem: str | None = None
    kept = own_numbers(office)
    if request.method == "POST":
        kept = {p: request.form.get(f"number.{p}", "").strip() for p in rules.parties}
        try:
            write_numbers(office, kept)
        except CasebaseError as error:
            problem = told(error.text)
        else:
            flash(gettext("电话已保存。"), "good")
            return redirect(url_for(".offices"))
    above = numbers(place.parent)
    on_cards = {call.party for card in rules.cards.values() for call in card.call}
    rows = [
        NumberRow(
            party=name,
            label=party.label,
            own=kept.get(name, ""),
            otherwise=above.get(name) or party.number or "",
        )
        for name, party in rules.parties.items()
        if not party.role
    ]
    page = TelephonesPage(
        tabs=_tabs(),
        problem=problem,
        office=place,
        first=tuple(row for row in rows if row.party in on_cards),
        rest=tuple(row for row in rows if row.party not in on_cards),
    )
    return render_template("admin_telephones.html", page=page), (503 if problem else 200)
