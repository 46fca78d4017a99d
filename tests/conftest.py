"""What all tests share: the shipped rule base, loaded once."""

from __future__ import annotations

import pytest

from canmou.engine import RuleBase, load_rulebase


@pytest.fixture(scope="session")
def rulebase() -> RuleBase:
    """The rule base that ships."""
    return load_rulebase()
