"""The interface for other programs."""

from __future__ import annotations

from flask import Flask

from canmou.engine import Facts, RuleBase, assess
from tests.web_office import Person, app, furnished, li, rules, wang  # noqa: F401


def test_assess_gives_what_the_engine_gives(wang: Person, rulebase: RuleBase) -> None:
    """The same facts, the same result, nothing kept."""
    facts = {
        "incident_types": ["industrial_explosion"], "status": "occurred", "on": "2026-11-22",
        "answers": {"deaths": ">= 3"},
    }  # fmt: skip
    answer = wang.client.post("/api/assess", json=facts)
    assert 200 == answer.status_code
    assert assess(Facts.model_validate(facts), rulebase).model_dump(mode="json") == answer.json
    assert "没有未结束的事件" in wang.get("/").text


def test_facts_that_cannot_be_used_get_a_clear_error_in_both_languages(wang: Person) -> None:
    """A wrong figure names its measure, an unknown type says what is nearest."""
    facts = {"incident_types": ["fire"], "on": "2026-11-22", "answers": {"deaths": "三五个"}}
    answer = wang.client.post("/api/assess", json=facts)
    assert 422 == answer.status_code
    assert answer.json is not None
    assert "deaths" == answer.json["measure"]
    assert {"zh", "en"} == set(answer.json["error"])
    unknown = wang.client.post("/api/assess", json={**facts, "incident_types": ["fyre"]})
    assert 422 == unknown.status_code
    assert "fire" in unknown.text


def test_form_of_the_facts_is_checked(wang: Person) -> None:
    """A field that does not exist is refused and named."""
    answer = wang.client.post("/api/assess", json={"on": "2026-11-22", "death": 3})
    assert 422 == answer.status_code
    assert "death" in answer.text


def test_vocabulary_is_listed_with_the_release(wang: Person, rulebase: RuleBase) -> None:
    """What facts may name, in both languages."""
    for name in ("types", "measures", "parties", "actions", "sources", "standards"):
        found = wang.client.get(f"/api/{name}").json
        assert found is not None
        assert rulebase.release == found["release"]
        assert found[name], name


def test_incident_assessment_can_be_exported(app: Flask, wang: Person) -> None:
    """Only for those who may see the incident."""
    incident = wang.take_call().rsplit("/", 1)[-1]
    path = f"/api/incidents/{incident}/assessment"
    found = wang.client.get(path).json
    assert found is not None
    assert ["gas_leak"] == found["incident_types"]
    assert 404 == Person(app, "wu").client.get(path).status_code


def test_interface_describes_itself(wang: Person) -> None:
    """OpenAPI with the records of facts and assessment."""
    found = wang.client.get("/api/openapi.json").json
    assert found is not None
    assert "/api/assess" in found["paths"]
    assert {"Facts", "Assessment"} <= set(found["components"]["schemas"])
