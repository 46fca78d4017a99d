"""Errors in the clothes of the application: what happened, and a way on."""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Flask, g, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from canmou.casebase import CasebaseError, StoreError, UnknownIncident
from canmou.engine import AnswerError, FactsError
from canmou.webui.languages import here, told
from canmou.webui.pages.base import ErrorPage, Link

log = logging.getLogger(__name__)


def _ways_on(retry: bool = True) -> tuple[Link, ...]:
    back = Link(words=gettext("再试一次"), url=here())
    desk = Link(words=gettext("回到值班台"), url=url_for("desk.overview"))
    card = Link(words=gettext("应急卡（断电断网也能用的纸面做法）"), url=url_for("cards.overview"))
    if "store_failed" in g:
        return (back,)
    if not current_user.is_authenticated:
        return (Link(words=gettext("登录"), url=url_for("auth.log_in")),)
    return (back, desk, card) if retry and request.method == "GET" else (desk, card)


def _shown(page: ErrorPage, status: int) -> tuple[str, int]:
    return render_template("error.html", page=page), status


def _http(error: HTTPException) -> tuple[str, int]:
    status = error.code or 500
    titles = {
        400: gettext("这个请求看不懂"),
        403: gettext("您的角色不能做这件事"),
        404: gettext("没有这个页面或事件"),
        405: gettext("这个网址不能这样打开"),
        413: gettext("内容太长，没有收下"),
        429: gettext("试得太频繁了"),
    }
    explanations = {
        403: gettext("需要时请带班领导或管理员办理，或换用有权限的账号登录。"),
        404: gettext("网址可能写错了，或者这起事件不归本单位查看。"),
        429: gettext("请等一分钟再试。忘记密码请找管理员重置。"),
    }
    page = ErrorPage(
        title=titles.get(status, gettext("没有办成")),
        explanation=explanations.get(status, gettext("请返回上一页再试。")),
        ways_on=_ways_on(retry=status >= HTTPStatus.TOO_MANY_REQUESTS),
    )
    return _shown(page, status)


def _form_expired(error: CSRFError) -> tuple[str, int]:
    page = ErrorPage(
        title=gettext("这次没有存上"),
        explanation=gettext(
            "登录已过期，或浏览器没有收下 Cookie。请按浏览器的“后退”，填写的内容还在；"
            "另开一个窗口登录后再保存一次。"
        ),
        ways_on=_ways_on(),
    )
    return _shown(page, 400)


def _store(error: StoreError) -> tuple[str, int]:
    g.store_failed = True
    log.error("store: %s", error)
    page = ErrorPage(
        title=gettext("这次没有存上"), explanation=told(error.text), ways_on=_ways_on()
    )
    return _shown(page, 503)


def _unknown_incident(error: UnknownIncident) -> tuple[str, int]:
    page = ErrorPage(
        title=gettext("没有这个页面或事件"),
        explanation=told(error.text),
        ways_on=_ways_on(retry=False),
    )
    return _shown(page, 404)


def _not_done(error: CasebaseError) -> tuple[str, int]:
    page = ErrorPage(title=gettext("没有办成"), explanation=told(error.text), ways_on=_ways_on())
    return _shown(page, 409)


def _assessment(error: AnswerError | FactsError) -> tuple[str, int]:
    log.error("assessment: %s", error)
    page = ErrorPage(
        title=gettext("现在不能研判"),
        explanation=gettext("请先按应急卡处置，并把这一页告诉管理员。已记录的内容都在。"),
        ways_on=_ways_on(),
        details=(told(error.text),),
    )
    return _shown(page, 500)


def _unexpected(_: HTTPException) -> tuple[str, int]:
    page = ErrorPage(
        title=gettext("程序出错了"),
        explanation=gettext(
            "已记录的内容都在。请先按应急卡处置；把出错的时间告诉管理员，日志里有详情。"
        ),
        ways_on=_ways_on(),
    )
    return _shown(page, 500)


def register(app: Flask) -> None:
    """Let every error of a page be shown by the application itself."""
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StoreError, _store)
    app.register_error_handler(UnknownIncident, _unknown_incident)
    app.register_error_handler(CasebaseError, _not_done)
    app.register_error_handler(AnswerError, _assessment)
    app.register_error_handler(FactsError, _assessment)
    app.register_error_handler(500, _unexpected)
