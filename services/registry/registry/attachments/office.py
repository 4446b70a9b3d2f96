"""What is inside DOCX, XLSX and OFD: the right parts, no macro, no reference that calls out. Pure.

DOCX and XLSX are Office Open XML (ECMA-376); OFD is GB/T 33190.
"""

from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree

from registry.attachments.archives import Archive
from registry.attachments.kinds import FileKind
from registry.attachments.refusals import refused

_XML_MOST: Final = 4 * 1024 * 1024
_TYPES: Final = "[Content_Types].xml"
_OFD: Final = "OFD.xml"
_MAIN: Final = {
    FileKind.DOCX: "wordprocessingml.document.main+xml",
    FileKind.XLSX: "spreadsheetml.sheet.main+xml",
}
_MACROS: Final = ("vbaproject", "vbadata", "macrosheet", "/activex/", "/embeddings/")
_HARMLESS_OUTSIDE: Final = "/hyperlink"
"""The one reference to outside that nothing follows by itself."""


def kind_inside(archive: Archive) -> FileKind | None:
    """Which of the formats the archive is; None when it is none of them."""
    if _OFD in archive.entries:
        root = _parsed(archive, _OFD)
        return FileKind.OFD if root.tag.rpartition("}")[2] == "OFD" else None
    if _TYPES not in archive.entries:
        return None
    types = _content_types(archive)
    for kind, main in _MAIN.items():
        if any(one.endswith(main) for one in types):
            return kind
    if any("macroenabled" in one.lower() for one in types):
        raise _macros()
    return None


def check_office(archive: Archive) -> None:
    """Of DOCX and XLSX: no macros, no controls, nothing that is fetched when it is opened."""
    if any("macroenabled" in one.lower() for one in _content_types(archive)):
        raise _macros()
    for name in archive.entries:
        if any(sign in f"/{name.lower()}" for sign in _MACROS):
            if "/embeddings/" in f"/{name.lower()}":
                raise refused("embedded-file", "文件中嵌入了其他文件，请移除后或另存为 PDF 再上传")
            raise _macros()
        if name.lower().endswith(".rels"):
            _refuse_outside(archive, name)


def _refuse_outside(archive: Archive, name: str) -> None:
    for one in _parsed(archive, name).iter():
        mode, kind = one.get("TargetMode", ""), one.get("Type", "")
        if mode.lower() == "external" and not kind.endswith(_HARMLESS_OUTSIDE):
            raise refused(
                "external-content", "文件引用了外部的模板、图片或对象，请改为嵌入后再上传"
            )


def _content_types(archive: Archive) -> set[str]:
    return set(_types_in(_parsed(archive, _TYPES)))


def _types_in(root: ElementTree.Element) -> Iterator[str]:
    for one in root:
        yield one.get("ContentType", "")


def _parsed(archive: Archive, name: str) -> ElementTree.Element:
    """Without a document type: entities are the way to unfold a few bytes without end."""
    content = archive.read(name, _XML_MOST)
    if b"<!DOCTYPE" in content.replace(b"\x00", b"").upper():
        raise refused("damaged", "文件不完整或已损坏")
    try:
        return ElementTree.fromstring(content)  # noqa: S314 - no document type, hence no entity
    except (ElementTree.ParseError, ValueError, LookupError):
        raise refused("damaged", "文件不完整或已损坏") from None


def _macros() -> Exception:
    return refused("active-content", "文件含有宏或控件，请另存为不含宏的文件后再上传")
