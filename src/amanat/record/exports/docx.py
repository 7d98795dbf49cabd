"""DOCX (ECMA-376), written by hand: a paragraph a line, and the whole record as JSON in a custom XML part.

The same record gives the same bytes. Text from right to left is marked as such, line by line.
"""

import base64
import unicodedata
import zipfile
from io import BytesIO
from xml.sax.saxutils import escape

from amanat.record.exports import document
from amanat.record.exports.pages import Line, lines
from amanat.record.record import Record

__all__ = ["NAMESPACE", "is_right_to_left", "printable", "write"]

NAMESPACE = "urn:amanat:record:1"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STYLES = {
    "title": ("Title", 40, 1),
    "heading": ("Heading1", 28, 1),
    "item": ("Item", 22, 0),
    "quote": ("Quote", 22, 0),
    "note": ("Note", 18, 0),
}
_TYPES = f"""{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/>\
<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>\
<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>\
</Types>"""  # noqa: E501
_RELATIONS = f"""{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">\
<Relationship Id="rId1" Type="{_R}/officeDocument" Target="word/document.xml"/></Relationships>"""
_DOCUMENT_RELATIONS = f"""{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">\
<Relationship Id="rId1" Type="{_R}/styles" Target="styles.xml"/>\
<Relationship Id="rId2" Type="{_R}/customXml" Target="../customXml/item1.xml"/></Relationships>"""


def write(record: Record) -> bytes:
    """The file."""
    body = "".join(_paragraph(line) for line in lines(record))
    json = base64.b64encode(document.write(record)).decode()
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": f'{_HEAD}<w:document xmlns:w="{_W}"><w:body>{body}<w:sectPr/></w:body></w:document>',  # noqa: E501
        "word/styles.xml": _styles(),
        "word/_rels/document.xml.rels": _DOCUMENT_RELATIONS,
        "customXml/item1.xml": f'{_HEAD}<record xmlns="{NAMESPACE}" encoding="base64">{json}</record>',
    }
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def is_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction is of a right-to-left script."""
    strong = next((d for char in text if (d := unicodedata.bidirectional(char)) in {"L", "R", "AL"}), "L")
    return strong != "L"


def printable(text: str) -> str:
    """The text without the characters that XML forbids and paper cannot show."""
    return "".join(
        char
        if char in "\t\n"
        or (ord(char) >= 32 and not 0xD800 <= ord(char) < 0xE000 and ord(char) & 0xFFFE != 0xFFFE)
        else "\N{REPLACEMENT CHARACTER}"
        for char in text
    )


def _paragraph(line: Line) -> str:
    right = is_right_to_left(line.text)
    style = _STYLES[line.kind][0]
    text = escape(printable(line.text))
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{"<w:bidi/>" if right else ""}</w:pPr>'
        f'<w:r>{"<w:rPr><w:rtl/></w:rPr>" if right else ""}<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )


def _styles() -> str:
    made = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{"heading 1" if name == "Heading1" else name}"/>'  # noqa: E501
        f'<w:pPr><w:spacing w:before="{120 * bold + 60}"/>{_indent(name)}</w:pPr>'
        f'<w:rPr>{"<w:b/>" if bold else ""}{"<w:i/>" if name == "Quote" else ""}<w:sz w:val="{size}"/></w:rPr></w:style>'  # noqa: E501
        for name, size, bold in _STYLES.values()
    )
    return f'{_HEAD}<w:styles xmlns:w="{_W}">{made}</w:styles>'


def _indent(name: str) -> str:
    return '<w:ind w:start="360"/>' if name in {"Quote", "Note"} else ""
