"""pydantic's problems as sentences that a policy officer can use."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from canmou.engine.records import Record, Text
from canmou.engine.rulebase import yaml_nodes
from canmou.engine.rulebase.errors import nearest


def deepest(error: ValidationError) -> list[Any]:
    """Return pydantic's problems; of a choice between forms only those of the likeliest form."""
    problems = error.errors()
    forms = {"Duty": "duty", "FactConclusion": "conclude", "LeadConclusion": "lead",
             "NoteConclusion": "note"}  # fmt: skip
    kept = []
    for problem in problems:
        named = next((str(p) for p in problem["loc"] if str(p) in forms), None)
        if named is not None:
            given = problem.get("input")
            siblings = [
                p for p in problems
                if named in [str(x) for x in p["loc"]]
                and p["type"] == "missing" and p["loc"][-1] == forms[named]
            ]  # fmt: skip
            if siblings and given is not None:
                continue
        kept.append(problem)
    return kept or problems


def data_path(data: Any, location: tuple[str | int, ...]) -> yaml_nodes.Path:
    """Return the path inside the file that pydantic's location speaks of."""
    path: list[str | int] = []
    here = data
    for step in location:
        in_table = isinstance(here, dict) and isinstance(step, str) and step in here
        in_list = isinstance(here, list) and isinstance(step, int) and step < len(here)
        if in_table or in_list:
            path.append(step)
            here = here[step]
    return tuple(path)


def explained(problem: Any, record: type[Record]) -> tuple[str, Text]:
    """Return a code and a sentence for one of pydantic's problems."""
    field = str(problem["loc"][-1]) if problem["loc"] else record.__name__
    kind, given = problem["type"], problem.get("input")
    if kind == "extra_forbidden":
        allowed = sorted(f.alias or n for n, f in record.model_fields.items())
        near = nearest(field, allowed)
        return "unknown_field", Text(
            zh=f"不认识的字段 “{field}”" + (f"，是否为 “{near}”？" if near else "")
            + f" 可用字段：{'、'.join(a for a in allowed if a not in {'file', 'line'})}",
            en=f'unknown field "{field}"' + (f', did you mean "{near}"?' if near else "")
            + f" Allowed: {', '.join(a for a in allowed if a not in {'file', 'line'})}",
        )  # fmt: skip
    if kind == "missing":
        return "missing_field", Text(zh=f"缺少字段 “{field}”", en=f'field "{field}" is missing')
    if kind == "literal_error":
        allowed_text = str(problem["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
        near = nearest(str(given), allowed_text.split(", "))
        return "wrong_value", Text(
            zh=f"“{field}” 不能是 “{given}”" + (f"，是否为 “{near}”？" if near else "；")
            + f"可用：{allowed_text}",
            en=f'"{field}" cannot be "{given}"' + (f', did you mean "{near}"?' if near else ";")
            + f" allowed: {allowed_text}",
        )  # fmt: skip
    if kind == "value_error":
        message = str(problem["ctx"]["error"])
        zh, _, en = message.partition(" / ")
        code = "unquoted_article" if "article" in message else "wrong_value"
        return code, Text(zh=zh, en=en or zh)
    return "wrong_type", Text(
        zh=f"“{field}” 的写法不对：“{given}”（{problem['msg']}）",
        en=f'"{field}" is not written right: "{given}" ({problem["msg"]})',
    )
