"""Every seeded fault is found, with an incident that reproduces it in ``canmou assess``.

The last line of each file in ``knowledge/faults`` says kind, entry and what the finding is about.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from canmou.cli.shared import rulebase_of
from canmou.engine import RuleBase
from canmou.engine.proving.findings import Finding, Witness
from canmou.engine.proving.running import run_checks
from canmou.engine.proving.witness_files import write_witnesses
from canmou.engine.proving.witnesses import assessed, rank_by, status_of
from canmou.engine.rulebase.loading import load_with_places

HERE = Path(__file__).parent / "knowledge"
FAULTS = sorted((HERE / "faults").glob("*.yaml"))
TODAY = date(2026, 11, 1)


def put_together(folder: Path, fault: Path | None = None) -> Path:
    rules = folder / "rules"
    shutil.copytree(HERE / "base", rules)
    words = HERE / "faults" / "words"
    shutil.copy(words / "measures.yaml", rules / "measures" / "more.yaml")
    shutil.copy(words / "relations.yaml", rules / "relations.yaml")
    if fault is not None and "__" in fault.stem:
        name = fault.stem.split("__")[0]
        target = rules / "measures" / "more.yaml" if name == "measures" else rules / f"{name}.yaml"
        with target.open("a", encoding="utf-8") as file:
            file.write(fault.read_text(encoding="utf-8"))
    elif fault is not None:
        shutil.copy(fault, rules / "fault.yaml")
    return rules


def findings_in(folder: Path) -> list[Finding]:
    rulebase, mistakes, place_of = load_with_places(folder, clashes_too=True)
    assert not mistakes, [str(m) for m in mistakes]
    return [f for step in run_checks(rulebase, TODAY, place_of) for f in step.findings]


def test_there_are_at_least_thirty_seeded_faults():
    assert len(FAULTS) >= 30


@pytest.fixture(scope="module")
def before(tmp_path_factory) -> frozenset[str]:
    """What is found without any seeded fault."""
    folder = put_together(tmp_path_factory.mktemp("without"))
    return frozenset(f.message.zh for f in findings_in(folder))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda p: p.stem)
def test_a_seeded_fault_is_found_with_a_witness_that_reproduces_it(fault, tmp_path, before):
    words = fault.read_text(encoding="utf-8").splitlines()[-1].removeprefix("# ").split()
    kind, entry, about = (*words, "")[:3]
    folder = put_together(tmp_path / "with", fault)
    told = [f for f in findings_in(folder) if f.message.zh not in before]
    found = [f for f in told if (f.kind, f.entry) == (kind, entry) and about in {"", f.about}]
    assert found, [str(f) for f in told]
    assert found[0].message.en
    if kind != "stale_acceptance":
        witness = found[0].witness
        assert witness is not None
        reproduces(found[0], witness, rulebase_of(str(folder)))


def reproduces(finding: Finding, witness: Witness, rulebase: RuleBase) -> None:
    """Assert that an assessment of the witness shows what the finding says."""
    kind, entry = finding.kind, finding.entry
    result = assessed(witness.incident, rulebase)
    assert result is not None
    table = rulebase.standards.get(entry)
    alone = witness.standard is not None
    rank = rank_by(witness.incident, entry, alone, rulebase) if table else None
    level = finding.about.split(".")[0]
    steps = {f.step: f.status for f in result.firings}
    if kind in {"gap", "not_monotone"}:
        before = rank_by(witness.beside or {}, entry, alone, rulebase)
        assert before is not None and rank is not None and before > rank >= 0
        assert (rank == 0) == (kind == "gap")
    elif kind == "clash":
        assert {c.do for c in result.clashes} & {finding.about, entry}
    elif kind in {"overlap", "subsumed"} and table is None:
        assert status_of(result, entry) == status_of(result, finding.about) == "certain"
    elif kind == "overlap":
        certain = [s for s in steps if s.startswith("level:") and steps[s] == "certain"]
        assert len(certain) >= 2 and rank is not None and rank >= 1
    elif kind == "subsumed":
        assert steps[f"level:{entry}:{level}"] == "certain" and rank is not None and rank >= 1
    elif kind == "wrong_side":
        assert rank is not None and finding.message.zh
    elif kind == "never_fires" and table is None:
        assert status_of(result, entry) is None
    elif kind == "never_fires":
        assert rank is None or rank == 0
    elif kind == "defeated":
        assert status_of(result, entry) == "defeated"
    elif kind == "no_scenario":
        assert status_of(result, entry) == "certain" or (rank is not None and rank >= 1)
    elif kind == "no_rule_on_date" and table is None:
        assert status_of(assessed(witness.beside or {}, rulebase), entry) == "certain"
        assert status_of(result, entry) is None
    elif kind == "no_rule_on_date":
        assert rank_by(witness.beside or {}, entry, alone, rulebase)
        assert not rank
    else:
        assert kind in {"never_asked", "never_used"}
        used = {m for f in result.firings for m in f.inputs} | {o.measure for o in result.open}
        used |= {p for d in result.duties for p in (*d.by, *d.to, d.action)}
        used |= {c.source for f in result.firings for c in f.cites}
        assert entry not in used


def test_the_commands_reproduce_a_witness(tmp_path):
    """What ``canmou check`` prints is what ``canmou assess`` takes."""
    folder = put_together(tmp_path, HERE / "faults" / "clash.yaml")
    clash = next(f for f in findings_in(folder) if f.kind == "clash")
    write_witnesses(tmp_path / "found", [clash])
    path = tmp_path / "found" / "001-clash-stay-away.yaml"
    done = subprocess.run(
        [sys.executable, "-m", "canmou", "--knowledge", str(folder), "assess", str(path), "--json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert [c["action"] for c in json.loads(done.stdout)["clashes"]] == ["enter"]
    check = subprocess.run(
        [sys.executable, "-m", "canmou", "--knowledge", str(folder), "check", "--json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert check.returncode == 1
    details = json.loads(check.stdout)["details"]
    told = next(d for d in details if d["kind"] == "clash")
    assert told["witness"]["incident"] == clash.witness.incident | {
        "on": told["witness"]["incident"]["on"], "at": told["witness"]["incident"]["at"]
    }  # fmt: skip


def test_what_is_accepted_with_a_reason_is_kept_apart(tmp_path):
    folder = put_together(tmp_path, HERE / "faults" / "overlap_at_the_threshold.yaml")
    path = folder / "fault.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "  levels:",
        "  accepts: {finding: overlap, about: deaths, why: {zh: 原文如此, en: as in the text}}\n"
        "  levels:",
    )
    path.write_text(text, encoding="utf-8")
    found = [f for f in findings_in(folder) if f.entry == "s" and f.kind != "no_scenario"]
    assert [(f.kind, f.accepted.zh) for f in found] == [("overlap", "原文如此")]
