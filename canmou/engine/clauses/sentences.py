"""Which sentence of the cited places a duty carries out: an article asks several things.

A duty is in our own words, so that the sentence is chosen by the pairs of characters that it shares
with the duty, its action, what the citation says and the parties; rare pairs weigh more.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable

from canmou.engine.clauses.numerals import plain
from canmou.engine.clauses.official import Paragraph
from canmou.engine.records import Record
from canmou.engine.rulebase.records import Duty, Rule
from canmou.engine.rulebase.rulebase import RuleBase

_DUTY, _SAYS, _PARTY, _TITLE = 1.5, 1.0, 0.7, 0.6
_LENGTH_AT_LEAST, _LENGTH_WEIGHS = 6, 0.4
_NEARLY, _ALIKE_AT_ALL = 0.75, 0.01


class Sentence(Record):
    """A sentence, or an item with the ``opening`` that it completes."""

    text: str
    opening: str = ""

    @property
    def whole(self) -> str:
        """The item read together with its opening."""
        return self.opening + self.text


def sentences_of(paragraphs: Iterable[Paragraph]) -> tuple[Sentence, ...]:
    """Return the sentences of the cited places, in the order of the text."""
    found = []
    for paragraph in paragraphs:
        opening = _split(paragraph.opening)
        above = opening[-1] if opening and paragraph.items else ""
        found += [Sentence(text=text) for text in opening]
        for _, item in paragraph.items:
            found += [Sentence(text=text, opening=above) for text in _split(item)]
    return tuple(found)


def sentences_for(
    duty: Duty, rule: Rule, sentences: tuple[Sentence, ...], rulebase: RuleBase
) -> tuple[Sentence, ...]:
    """Return the sentences that a duty may carry out, the likeliest first; empty if none is alike.

    Those that are nearly as much alike as the likeliest are among them: a difference counts where
    all of them differ.
    """
    wanted = _weights(duty, rule, rulebase)
    among = Counter(pair for s in sentences for pair in pairs_of(s.text))

    def alike(sentence: Sentence) -> float:
        shared = sum(
            wanted[pair] * math.log(1 + len(sentences) / among[pair])
            for pair in pairs_of(sentence.text)
            if pair in wanted
        )
        return shared / float((_LENGTH_AT_LEAST + len(sentence.text)) ** _LENGTH_WEIGHS)

    found = sorted(((alike(s), n) for n, s in enumerate(sentences)), key=lambda f: (-f[0], f[1]))
    least = found[0][0] * _NEARLY if found else 0.0
    return tuple(sentences[n] for degree, n in found if degree >= max(least, _ALIKE_AT_ALL))


def clause_for(duty: Duty, sentence: Sentence, rulebase: RuleBase) -> str:
    """Return the part of a sentence between commas that speaks of the duty, empty if none does."""
    wanted = pairs_of(rulebase.actions[duty.action].label.zh) | pairs_of(duty.duty.zh)
    best = max(re.split(r"[，,、]", sentence.text), key=lambda part: len(wanted & pairs_of(part)))
    return best if wanted & pairs_of(best) else ""


def pairs_of(text: str) -> set[str]:
    """Return the pairs of Chinese characters of a text.

    >>> sorted(pairs_of("转移人员"))
    ['人员', '移人', '转移']
    """
    kept = re.sub(r"[^\u4e00-\u9fff]", "", text)
    return {kept[i : i + 2] for i in range(len(kept) - 1)}


def _weights(duty: Duty, rule: Rule, rulebase: RuleBase) -> dict[str, float]:
    says = " ".join(c.says.zh for c in rule.cites if c.says)
    parties = " ".join(rulebase.parties[p].label.zh for p in (*duty.by, *duty.to))
    found: dict[str, float] = {}
    for weight, text in (
        (_DUTY, rulebase.actions[duty.action].label.zh),
        (_DUTY, duty.duty.zh),
        (_SAYS, says),
        (_PARTY, parties),
        (_TITLE, rule.title.zh),
    ):
        for pair in pairs_of(text):
            found[pair] = max(found.get(pair, 0), weight)
    return found


def _split(text: str) -> list[str]:
    return [part for part in re.split("[。；]", plain(text)) if part]
