"""Translations: the messages are written in Chinese, the English ones stand in ``.po`` files.

Catalogues are read from their source, so that nothing has to be compiled before a start. All
``.po`` files of a language are one catalogue, so that each subject keeps its own short file.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Domain

from canmou.webui.languages import current

FOLDER = Path(__file__).with_name("translations")


@cache
def catalogue(language: str) -> NullTranslations:
    """Return the messages of ``language``; those of Chinese are the message ids themselves."""
    merged = Translations()
    found = False
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as source:
            messages = read_po(source, locale=language, domain="messages", abort_invalid=True)
        compiled = io.BytesIO()
        write_mo(compiled, messages)
        compiled.seek(0)
        part = Translations(compiled, domain="messages")
        if found:
            merged.merge(part)
        else:
            merged, found = part, True
    return merged if found else NullTranslations()


class SourceDomain(Domain):
    """A domain that reads ``.po`` sources instead of compiled files."""

    def get_translations(self) -> NullTranslations:
        """Return the catalogue of the language of this request."""
        return catalogue(current())
