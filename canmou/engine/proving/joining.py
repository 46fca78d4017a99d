"""And and or of many formulas, without z3's Python layer looking at the sort of each.

That layer is what building formulas costs most: every part here is a truth value already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import z3
from z3 import z3core


def all_of(formulas: Sequence[Any]) -> Any:
    """Return the formula that all hold.

    >>> all_of([z3.Bool("a"), z3.Bool("b")]), all_of([])
    (And(a, b), True)
    """
    return _joined(formulas, z3core.Z3_mk_and, True)


def any_of(formulas: Sequence[Any]) -> Any:
    """Return the formula that one of them holds.

    >>> any_of([z3.Bool("a"), z3.Bool("b")]), any_of([])
    (Or(a, b), False)
    """
    return _joined(formulas, z3core.Z3_mk_or, False)


def _joined(formulas: Sequence[Any], make: Callable[..., Any], empty: bool) -> Any:
    if not formulas:
        return z3.BoolVal(empty)
    if len(formulas) == 1:
        return formulas[0]
    context = formulas[0].ctx
    parts = (z3.Ast * len(formulas))(*(f.as_ast() for f in formulas))
    return z3.BoolRef(make(context.ref(), len(formulas), parts), context)
