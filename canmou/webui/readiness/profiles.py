"""The resilience profile of a round, with the weights of the file or the community's own."""

from __future__ import annotations

from itertools import combinations

from flask import url_for

from canmou.casebase import Office
from canmou.casebase.readiness_rounds import Round, judgements
from canmou.readiness.ahp import Weights, matrix_of, weigh
from canmou.readiness.profile import Scheme, profile, schemes
from canmou.webui.pages.readiness import ProfileView
from canmou.webui.services import rulebase, store


def profile_view(office: Office, one: Round, before: Round | None, name: str) -> ProfileView:
    """Return the profile of one scheme beside that of the last time."""
    scheme = schemes()[name]
    own = own_weights(office, name)
    used = None
    if own is not None and own.consistent:
        used = dict(zip(scheme.dimensions, own.weights, strict=True))
    now = profile(name, scheme, one.values, rulebase(), used)
    last = profile(name, scheme, before.values, rulebase(), used) if before else None
    return ProfileView(
        scheme=scheme,
        profile=now,
        before_total=last,
        before={score.name: score for score in last.dimensions} if last else {},
        weights_url=url_for(".weights", office=office.id, scheme=name),
        own_weights=own,
    )


def own_weights(office: Office, name: str) -> Weights | None:
    """Return the weights of the community's own comparisons, None until all are made."""
    scheme = schemes()[name]
    kept = judgements(store(), office.id, name)
    pairs = pair_names(scheme)
    if not kept or set(pairs) - set(kept):
        return None
    size = len(scheme.dimensions)
    return weigh(matrix_of(size, {index: kept[pair] for pair, index in pairs.items()}))


def pair_names(scheme: Scheme) -> dict[str, tuple[int, int]]:
    """Return the names of the comparisons, ``first:second``, with their place in the matrix."""
    names = list(scheme.dimensions)
    return {f"{names[i]}:{names[j]}": (i, j) for i, j in combinations(range(len(names)), 2)}
