"""The people of an office in its drill store: who, where, which sessions ended; no passwords."""

from __future__ import annotations

import hashlib
import json

from canmou.casebase.store import Store, get_setting, set_setting

MIRRORED = "mirrored"
NO_HASH = "-"  # nobody signs in at a drill
TABLES = {"offices": "id", "users": "id", "ended_sessions": "key"}


def mirror_people(home: Store, drill: Store) -> bool:
    """Copy offices, users and ended sessions of real work into a drill store where they differ.

    Returns whether something was copied. Passwords stay where they are, and nothing else is read;
    nothing is written at home.
    """
    found = {
        table: list(home.db.table(table).rows_where(order_by=key)) for table, key in TABLES.items()
    }
    for row in found["users"]:
        row["password_hash"] = NO_HASH
        row["failures"], row["locked_until"] = 0, None
    told = json.dumps(found, ensure_ascii=False, sort_keys=True)
    mark = hashlib.sha256(told.encode()).hexdigest()
    if get_setting(drill, MIRRORED) == mark:
        return False
    with drill.writing():
        drill.db.table("ended_sessions").delete_where()  # home forgets those that ran out
        for table, key in TABLES.items():
            drill.db.table(table).upsert_all(found[table], pk=key)
        set_setting(drill, MIRRORED, mark)
    return True
