"""What the rules say and what the text says, side by side."""

from __future__ import annotations

from canmou.engine.assembling.citations import article_text
from canmou.engine.records import Record, Text
from canmou.engine.rulebase.vocabulary import DifferenceKind

KIND_WORDS: dict[DifferenceKind, Text] = {
    "no_such_place": Text(zh="引用的条款不存在", en="the place cited does not exist"),
    "outside_force": Text(zh="引用的依据当时不在施行", en="the source cited is not in force then"),
    "number": Text(zh="数字不一致", en="the numbers differ"),
    "bound": Text(zh="以上、以下不一致", en="the number is on the other side"),
    "level": Text(zh="等级不一致", en="the levels differ"),
    "deadline": Text(zh="时限不一致", en="the time limits differ"),
    "word": Text(zh="时限用语不一致", en="the words of the time limit differ"),
    "modality": Text(zh="必须、可以、不得不一致", en="must, may and must not differ"),
    "articles": Text(zh="条数不一致", en="the numbers of articles differ"),
    "dates": Text(zh="施行日期不一致", en="the dates in force differ"),
}


class Difference(Record):
    """One difference; ``rule_says`` is of the rule file, ``text_says`` of the imported text.

    ``explained`` is the reason that the citation gives (``differs``); such a difference is known.
    """

    kind: DifferenceKind
    file: str
    line: int
    entry: str
    source: str
    articles: tuple[str, ...]
    rule_says: Text
    text_says: str
    explained: Text | None = None

    def __str__(self) -> str:
        places = "、".join(article_text(a).zh for a in self.articles)
        reason = f"；说明：{self.explained.zh}" if self.explained else ""
        return (
            f"{self.file}:{self.line}: {self.entry}: {KIND_WORDS[self.kind].zh}："
            f"规则 {self.rule_says.zh} | {self.source} {places}：{self.text_says}{reason}"
        )
