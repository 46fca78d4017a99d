"""How often a page may be asked for; counted in memory, which is enough for one process."""

from __future__ import annotations

from flask import request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from canmou.webui.services import services

limiter = Limiter(key_func=get_remote_address, storage_uri="memory://")


def address_and_name() -> str:
    """Return what logins are counted by: a whole office may share one address."""
    return f"{get_remote_address()} {request.form.get('name', '').strip().lower()}"


def login_limit() -> str:
    """Return how many logins one name may try."""
    return services().settings.login_limit
