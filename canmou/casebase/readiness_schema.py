"""The tables of readiness: rounds of the self-check, registers, risks, year plan."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from canmou.casebase.schema import table

migrations = Migrations("canmou.readiness")


@migrations()
def m001_rounds(db: Database) -> None:
    """Self-checks; every answer is a line that stays, the last one holds."""
    table(db, "readiness_rounds").create(
        {
            "id": int, "office": str, "year": int, "started_at": str, "started_by": str,
            "closed_at": str, "closed_by": str,
        },
        pk="id", not_null=["office", "year", "started_at", "started_by"], strict=True,
    )  # fmt: skip
    table(db, "readiness_answers").create(
        {
            "id": int, "round": int, "measure": str, "value": str, "source": str,
            "author": str, "at": str,
        },
        pk="id", not_null=["round", "measure", "value", "author", "at"],
        foreign_keys=[("round", "readiness_rounds", "id")], strict=True,
    )  # fmt: skip
    table(db, "readiness_answers").create_index(["round"])
    for change in ("update", "delete"):
        db.execute(
            f"CREATE TRIGGER readiness_answers_no_{change} BEFORE {change.upper()} ON"
            " readiness_answers FOR EACH ROW BEGIN SELECT RAISE(ABORT,"
            " 'answers of a self-check stay; a newer one holds'); END"
        )
    table(db, "readiness_weights").create(
        {"id": int, "office": str, "scheme": str, "judgements": str, "author": str, "at": str},
        pk="id", not_null=["office", "scheme", "judgements", "author", "at"], strict=True,
    )  # fmt: skip


@migrations()
def m002_registers(db: Database) -> None:
    """Rows of registers; personal data stand apart so that they can be destroyed."""
    table(db, "register_rows").create(
        {
            "id": int, "office": str, "register": str, "content": str, "created_at": str,
            "created_by": str, "changed_at": str, "changed_by": str,
        },
        pk="id", not_null=["office", "register", "content", "changed_at", "changed_by"],
        strict=True,
    )  # fmt: skip
    table(db, "register_rows").create_index(["office", "register"])
    table(db, "register_personal").create(
        {"row": int, "content": str}, pk="row", not_null=["content"],
        foreign_keys=[("row", "register_rows", "id")], strict=True,
    )  # fmt: skip
    table(db, "register_log").create(
        {
            "id": int, "office": str, "register": str, "act": str, "row": int, "number": int,
            "author": str, "at": str, "note": str,
        },
        pk="id", not_null=["office", "register", "act", "author", "at"], strict=True,
    )  # fmt: skip


@migrations()
def m003_risks_and_year_plan(db: Database) -> None:
    """Risk pre-assessments, and what was planned and done in a year."""
    table(db, "readiness_risks").create(
        {
            "id": int, "office": str, "name": str, "content": str, "author": str, "at": str,
            "withdrawn_at": str,
        },
        pk="id", not_null=["office", "name", "content", "author", "at"], strict=True,
    )  # fmt: skip
    table(db, "readiness_plan").create(
        {
            "office": str, "year": int, "task": str, "month": int, "done_at": str, "done_by": str,
            "note": str, "author": str, "at": str,
        },
        pk=("office", "year", "task"), not_null=["author", "at"], strict=True,
    )  # fmt: skip


@migrations()
def m004_planned_as_it_stood(db: Database) -> None:
    """Words, party and citations of a task as they stood when somebody decided about it."""
    table(db, "readiness_plan").add_column("stood", str)
