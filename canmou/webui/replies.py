"""What a view returns: a page, a page with a status, or a redirect."""

from __future__ import annotations

from werkzeug.wrappers import Response

Reply = str | tuple[str, int] | Response
