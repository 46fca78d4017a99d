"""Reads the data files of this package into records; a mistake names file and field."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from ruamel.yaml import YAML

from canmou.engine.records import Record

AnyRecord = TypeVar("AnyRecord", bound=Record)
FOLDER = Path(__file__).parent


class DataFileError(Exception):
    """A data file of this package cannot be used; the message names file and field."""


def read_record(name: str, form: type[AnyRecord], folder: Path = FOLDER) -> AnyRecord:
    """Return the record that a YAML file of this package holds. Raises DataFileError."""
    text = (folder / name).read_text(encoding="utf-8")
    try:
        return form.model_validate(YAML(typ="safe").load(text))
    except ValidationError as error:
        lines = (f"{name}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise DataFileError("\n".join(lines)) from error
