"""The check of files: each is what its name says, and nothing that acts by itself."""

import struct
import zipfile
import zlib
from io import BytesIO
from random import Random

import pytest

from registry.attachments.content import inspect
from registry.attachments.inflating import ZLIB, inflated
from registry.attachments.kinds import FileKind
from registry.attachments.refusals import FileRefused
from registry.attachments.rules import AttachmentRules
from services.registry.tests.attachments import files
from services.registry.tests.shipped import ATTACHMENT_RULES

SOUND = {
    "章程.pdf": files.a_pdf(),
    "章程.PDF": files.a_pdf_with_objects(b"1 0 << /Type /Page >>"),
    "照片.jpg": files.a_jpeg(),
    "照片.jpeg": files.a_jpeg(),
    "图.png": files.a_png(),
    "申请书.docx": files.an_office_file("docx"),
    "名单.xlsx": files.an_office_file("xlsx"),
    "证照.ofd": files.an_ofd(),
}


def code_of(
    data: bytes,
    name: str = "文件.pdf",
    declared: str = "application/octet-stream",
    rules: AttachmentRules = ATTACHMENT_RULES,
) -> str:
    """Why the file is refused; empty when it is not."""
    try:
        inspect(data, name, declared, rules)
    except FileRefused as refusal:
        return ", ".join(one.code for one in refusal.errors)
    return ""


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_file_of_each_kind_is_taken(name: str) -> None:
    found = inspect(SOUND[name], name, "", ATTACHMENT_RULES)
    assert found.size == len(SOUND[name])
    assert found.kind.value[:2] == name.rpartition(".")[2].lower()[:2]
    assert inspect(SOUND[name], name, found.kind.media_type, ATTACHMENT_RULES) == found


@pytest.mark.parametrize(
    "name", ["文件.doc", "文件.xls", "文件.docm", "文件.zip", "文件.exe", "文件", ""]
)
def test_only_names_of_the_listed_types_are_taken(name: str) -> None:
    assert code_of(files.a_pdf(), name) == "type-not-allowed"


def test_a_type_that_the_rules_leave_out_is_refused() -> None:
    types = [one for one in ATTACHMENT_RULES.types if one.kind is not FileKind.PNG]
    fewer = ATTACHMENT_RULES.model_copy(update={"types": tuple(types)})
    assert code_of(files.a_png(), "图.png", rules=fewer) == "type-not-allowed"


@pytest.mark.parametrize("named", SOUND)
@pytest.mark.parametrize("inside", SOUND)
def test_content_of_another_kind_than_the_name_says_is_refused(named: str, inside: str) -> None:
    same = code_of(SOUND[inside], named) == ""
    kinds = {name: name.rpartition(".")[2].lower().replace("jpeg", "jpg") for name in SOUND}
    assert same == (kinds[named] == kinds[inside])


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ("application/pdf", ""),
        ("application/pdf; name=x", ""),
        ("APPLICATION/PDF", ""),
        ("", ""),
        ("image/png", "type-mismatch"),
        ("text/html", "type-mismatch"),
        ("application/zip", "type-mismatch"),
    ],
)
def test_the_declared_type_agrees_or_says_nothing(declared: str, code: str) -> None:
    assert code_of(files.a_pdf(), declared=declared) == code


def test_an_empty_file_is_refused() -> None:
    assert code_of(b"") == "empty"


def test_a_refusal_points_to_the_file_and_says_why() -> None:
    with pytest.raises(
        FileRefused, match="只接收以下类型的文件：PDF、OFD、JPEG、PNG、DOCX、XLSX"
    ) as told:
        inspect(files.a_pdf(), "章程.doc", "", ATTACHMENT_RULES)
    assert [one.pointer for one in told.value.errors] == ["/file"]


@pytest.mark.parametrize(("more", "code"), [(0, ""), (1, "too-large")])
def test_the_limit_of_the_size_is_the_last_that_is_taken(more: int, code: str) -> None:
    limit = ATTACHMENT_RULES.allowed(FileKind.PDF)
    assert limit is not None
    begin = files.a_pdf()
    data = begin[:-6] + b" " * (limit.max_bytes - len(begin) + more) + begin[-6:]
    assert code_of(data) == code


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ("/OpenAction << /S /JavaScript /JS (app.alert(1)) >>", "active-content"),
        ("/OpenAction << /S /J#61vaScript /JS (app.alert(1)) >>", "active-content"),
        ("/OpenAction << /S /#4a#61#76#61#53#63#72#69#70#74 >>", "active-content"),
        ("/AA << /O << /S /Launch /F (cmd.exe) >> >>", "active-content"),
        ("/AcroForm << /XFA [] >>", "active-content"),
        ("/Names << /EmbeddedFiles << >> >>", "embedded-file"),
        ("/Encrypt 9 0 R", "encrypted"),
        ("/OpenAction [3 0 R /Fit]", ""),
        ("/Launched true /XFAx 1 /Title (JavaScript)", ""),
    ],
)
def test_a_pdf_that_acts_or_hides_is_refused(inside: str, code: str) -> None:
    assert code_of(files.a_pdf(inside)) == code


@pytest.mark.parametrize(
    ("content", "dictionary", "code"),
    [
        (b"1 0 << /S /JavaScript >>", "/Filter /FlateDecode", "active-content"),
        (b"1 0 << /S /JavaScript >>", "/Filter [/FlateDecode]", "active-content"),
        (b"1 0 << /S /Java#53cript >>", "/Filter /FlateDecode", "active-content"),
        (b"1 0 << /Type /Page >>", "/Filter [ /FlateDecode ]", ""),
        (b"1 0 << /Type /Page >>", "", ""),
        (b"1 0 << /S /JavaScript >>", "", "active-content"),
        (b"1 0 << >>", "/Filter [/ASCIIHexDecode /FlateDecode]", "unreadable"),
        (b"1 0 << >>", "/Filter /LZWDecode", "unreadable"),
        (b"1 0 << >>", "/Filter /Fl#61teDecode", "unreadable"),
        (b"1 0 << >>", "/Filter /FlateDecode /DecodeParms << /Predictor 12 >>", "unreadable"),
        (b"1 0 << >>", "/X (obj) /Filter /FlateDecode", "unreadable"),
    ],
)
def test_what_is_packed_inside_a_pdf_is_searched_too(
    content: bytes, dictionary: str, code: str
) -> None:
    assert code_of(files.a_pdf_with_objects(content, dictionary)) == code


def test_a_pdf_that_unfolds_without_end_is_refused() -> None:
    limit = ATTACHMENT_RULES.archives.model_copy(update={"unpacked_bytes": 100_000})
    tight = ATTACHMENT_RULES.model_copy(update={"archives": limit})
    data = files.a_pdf_with_objects(b" " * 100_001)
    assert code_of(data, rules=tight) == "unpacks-too-large"
    assert code_of(files.a_pdf_with_objects(b" " * 100_000), rules=tight) == ""


def test_a_pdf_of_countless_object_streams_is_refused() -> None:
    one = files.a_pdf_with_objects(b"1 0 << >>")
    assert code_of(one * 2_000) == ""
    assert code_of(one * 2_001) == "too-many-entries"


def test_names_and_markers_without_end_are_refused() -> None:
    assert code_of(files.a_pdf("/#41" * 100_000)) == ""
    assert code_of(files.a_pdf("/#41" * 100_001)) == "unreadable"
    segment, whole = b"\xff\xfe\x00\x02", files.a_jpeg()
    assert code_of(whole[:2] + segment * 9_990 + whole[2:], "图.jpg") == ""
    assert code_of(whole[:2] + segment * 10_000 + whole[2:], "图.jpg") == "damaged"


@pytest.mark.parametrize("size", [0, 1, 262_143, 262_144, 262_145, 1_000_000])
@pytest.mark.parametrize("more", [-1, 0, 1])
def test_deflated_data_is_unfolded_no_further_than_it_may(size: int, more: int) -> None:
    content = Random(size).randbytes(1000) * (size // 1000 + 1)
    packed = memoryview(zlib.compress(content[:size]) + b"behind its end")
    most = max(1, size + more)
    assert b"".join(inflated(packed, ZLIB, most)) == content[: min(size, most)]
    with pytest.raises(zlib.error):
        list(inflated(packed[: len(packed) - 19], ZLIB, size + 1))


@pytest.mark.parametrize("name", SOUND)
def test_a_file_that_is_cut_off_is_refused(name: str) -> None:
    data = SOUND[name]
    for length in (len(data) // 2, len(data) - 7):
        assert code_of(data[:length], name) in ("damaged", "too-many-entries", "type-mismatch")


@pytest.mark.parametrize("name", SOUND)
def test_no_change_of_a_byte_ends_in_anything_but_a_refusal(name: str) -> None:
    data = SOUND[name]
    for place in range(len(data)):
        for value in (0, 0xFF, data[place] ^ 1):
            code_of(data[:place] + bytes([value]) + data[place + 1 :], name)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (files.a_png(50_000, 50_000), "图.png"),
        (files.a_png(2**31 - 1, 2**31 - 1), "图.png"),
        (files.a_jpeg(65_535, 65_535), "图.jpg"),
    ],
)
def test_an_image_that_unfolds_to_gigabytes_is_refused_by_its_header(
    data: bytes, name: str
) -> None:
    assert code_of(data, name) == "too-many-pixels"


def test_the_limit_of_pixels_is_the_last_that_is_taken() -> None:
    assert code_of(files.a_png(10_000, 10_000), "图.png") == ""
    assert code_of(files.a_png(10_000, 10_001), "图.png") == "too-many-pixels"
    assert code_of(files.a_png(0, 5), "图.png") == "damaged"


def test_nothing_may_stand_behind_a_png_or_before_any_file() -> None:
    assert code_of(files.a_png() + b"<script>", "图.png") == "damaged"
    for name, data in SOUND.items():
        assert code_of(b"MZ" + data, name) == "type-mismatch"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"word__vbaProject.bin": b"x"}, "active-content"),
        ({"word__activeX__activeX1.xml": b"<x/>"}, "active-content"),
        ({"word__embeddings__oleObject1.bin": b"x"}, "embedded-file"),
        ({"word__media__image1.png": b"PK\x03\x04x"}, "embedded-file"),
        ({"word__media__a.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}, "embedded-file"),
        ({"word__media__image1.png": b"MZ\x90"}, "program-inside"),
        ({"word__media__image1.png": b"\x7fELF"}, "program-inside"),
        ({"word__media__setup.exe": b"x"}, "program-inside"),
        ({"word__..__..__x.xml": b"x"}, "damaged"),
        ({"word__media__image1.png": files.a_png()}, ""),
        (
            {"word___rels__settings.xml.rels": files.a_relation("attachedTemplate", "http://x/t")},
            "external-content",
        ),
        ({"word___rels__document.xml.rels": files.a_relation("hyperlink", "http://x")}, ""),
        ({"word___rels__document.xml.rels": b"<!DOCTYPE x []><x/>"}, "damaged"),
        ({"word___rels__document.xml.rels": b"<x"}, "damaged"),
    ],
)
def test_an_office_file_with_macros_or_other_files_inside_is_refused(
    more: dict[str, bytes], code: str
) -> None:
    assert code_of(files.an_office_file("docx", **more), "文件.docx") == code


def test_a_macro_sheet_and_a_macro_type_are_refused() -> None:
    macro = files.an_archive(
        {
            **_entries(files.an_office_file("xlsx")),
            "xl/macrosheets/sheet1.xml": b"<x/>",
        }
    )
    assert code_of(macro, "表.xlsx") == "active-content"
    enabled = '<Override PartName="/x" ContentType="application/vnd.ms-word.macroEnabled.12"/>'
    assert code_of(files.an_office_file("docx", enabled), "文.docx") == "active-content"


def _entries(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_an_archive_that_unfolds_too_far_is_refused() -> None:
    bomb = files.an_office_file("docx", word__x=b"\0" * 3_000_000)
    assert code_of(bomb, "文.docx") == "unpacks-too-large"
    limit = ATTACHMENT_RULES.archives.model_copy(update={"unpacked_bytes": 10_000})
    tight = ATTACHMENT_RULES.model_copy(update={"archives": limit})
    big = files.an_office_file("docx", word__x=bytes(range(256)) * 40)
    assert code_of(big, "文.docx", rules=tight) == "unpacks-too-large"
    assert code_of(big, "文.docx") == ""


def test_an_entry_that_is_longer_than_it_says_is_refused() -> None:
    entries = _entries(files.an_office_file("docx")) | {"word/x": b"\0" * 5_000}
    data = files.an_archive(entries)
    for says in (4_999, 0, 5_001):
        lied = data.replace(struct.pack("<I", 5_000), struct.pack("<I", says))
        assert lied != data
        assert code_of(lied, "文.docx") == "damaged"


def test_too_many_entries_are_refused_before_they_are_read() -> None:
    many = files.an_archive({f"x{n}": b"" for n in range(2_001)})
    assert code_of(many, "文.docx") == "too-many-entries"


def test_an_encrypted_archive_is_refused() -> None:
    data = bytearray(files.an_office_file("docx"))
    entry = data.find(b"PK\x01\x02")
    data[entry + 8] |= 1
    assert code_of(bytes(data), "文.docx") == "encrypted"


def test_entries_that_share_bytes_are_refused() -> None:
    data = bytearray(files.an_archive({"a": b"x" * 50, "b": b"x" * 50}))
    second = data.find(b"PK\x01\x02", data.find(b"PK\x01\x02") + 1)
    data[second + 42 : second + 46] = struct.pack("<I", 0)
    assert code_of(bytes(data), "文.docx") == "damaged"
