"""The web application: how duty officers, leaders, trainers and policy staff use Canmou."""

from canmou.webui.application import create_app

__all__ = ["create_app"]
