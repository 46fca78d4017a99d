"""A report as a Word document, in the form that offices send."""

from __future__ import annotations

import io

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.run import Run
from flask_babel import gettext

from canmou.webui.languages import colon, told
from canmou.webui.pages.reports import ReportPage
from canmou.webui.timewords import moment_words

BODY_FONT = "仿宋"
TITLE_FONT = "宋体"
BODY_SIZE = Pt(16)
TITLE_SIZE = Pt(22)
INDENT = Cm(1.13)  # two characters of the body


def report_document(page: ReportPage) -> bytes:
    """Return the report as a docx file."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    _paragraph(
        document, page.report.title, size=TITLE_SIZE, font=TITLE_FONT, centred=True, bold=True
    )
    if page.report.signer is None:
        _paragraph(document, gettext("（未签发的草稿）"), centred=True)
    if page.drill:
        mark = section.header.paragraphs[0]
        mark.alignment = WD_ALIGN_PARAGRAPH.CENTER
        mark.add_run(gettext("【演练】本报告只用于演练")).bold = True  # on every sheet
        _paragraph(document, gettext("【演练】本报告只用于演练"), centred=True, bold=True)
    for addressee in page.addressees:
        _paragraph(document, f"{addressee}{colon()}")
    if page.report.body:
        for line in page.report.body.splitlines():
            _paragraph(document, line, indent=True)
    for element in page.elements:
        _paragraph(document, f"{told(element.name)}{colon()}{element.text}", indent=True)
    if page.grade_words:
        _paragraph(document, gettext("初判等级：%(grade)s", grade=page.grade_words), indent=True)
    _paragraph(document, told(page.office), right=True)
    _paragraph(document, moment_words(page.signed_at or page.report.written_at), right=True)
    _paragraph(
        document,
        gettext(
            "签发：%(signer)s　联系人：%(writer)s　电话：%(telephone)s",
            signer=page.signer or gettext("（待签发）"),
            writer=page.writer,
            telephone=page.telephone or "",
        ),
    )
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def _paragraph(
    document: DocumentType,
    text: str,
    *,
    size: Pt = BODY_SIZE,
    font: str = BODY_FONT,
    centred: bool = False,
    right: bool = False,
    bold: bool = False,
    indent: bool = False,
) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(28)
    if indent:
        paragraph.paragraph_format.first_line_indent = INDENT
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run(text)
    run.font.size, run.bold = size, bold
    _set_font(run, font)


def _set_font(run: Run, font: str) -> None:
    """Set the font for Chinese characters too, which python-docx leaves to the theme."""
    run.font.name = "Times New Roman"
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
