"""Files for tests, made by hand: small, sound, and unsound in one way each."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

_OOXML = "http://schemas.openxmlformats.org"
_MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet"),
}


def a_pdf(inside: str = "", words: str = "示例") -> bytes:
    """``inside`` stands in the catalogue; ``words`` make one file differ from another."""
    return (
        f"%PDF-1.7\n%{words}\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R {inside} >>\nendobj\n"
        "2 0 obj\n<< /Type /Pages /Count 0 /Kids [] >>\nendobj\n"
        "trailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"
    ).encode()


def a_pdf_with_objects(content: bytes, dictionary: str = "/Filter /FlateDecode") -> bytes:
    """With an object stream, in which most PDF of today keep their objects."""
    packed = zlib.compress(content) if "FlateDecode" in dictionary else content
    head = f"%PDF-1.7\n5 0 obj\n<</Type /ObjStm /N 1 /First 4 /Length {len(packed)} {dictionary}>>"
    return head.encode() + b"\nstream\r\n" + packed + b"\nendstream\nendobj\nstartxref\n0\n%%EOF"


def a_png(width: int = 2, height: int = 2) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" * (3 * 2))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def a_jpeg(width: int = 16, height: int = 16) -> bytes:
    application = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    frame = b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00"
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\x34\x56"
    return b"\xff\xd8" + application + frame + scan + b"\xff\xd9"


def an_archive(entries: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def an_office_file(kind: str, types: str = "", **more: bytes) -> bytes:
    """``types`` are further content types; ``more`` are entries, ``__`` standing for ``/``."""
    part, main = _MAIN[kind]
    declared = (
        f'<Types xmlns="{_OOXML}/package/2006/content-types">'
        f'<Override PartName="/{part}"'
        f' ContentType="application/vnd.openxmlformats-officedocument.{main}.main+xml"/>'
        f"{types}</Types>"
    )
    entries = {name.replace("__", "/"): content for name, content in more.items()}
    return an_archive({"[Content_Types].xml": declared.encode(), part: b"<x/>", **entries})


def a_relation(kind: str, target: str) -> bytes:
    return (
        f'<Relationships xmlns="{_OOXML}/package/2006/relationships"><Relationship Id="r1"'
        f' Type="{_OOXML}/officeDocument/2006/relationships/{kind}"'
        f' Target="{target}" TargetMode="External"/></Relationships>'
    ).encode()


def an_ofd() -> bytes:
    root = '<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.0" DocType="OFD"/>'
    return an_archive({"OFD.xml": root.encode(), "Doc_0/Document.xml": b"<x/>"})
