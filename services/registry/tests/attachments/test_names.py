"""Names of files as they are kept."""

import pytest

from registry.attachments.names import LENGTH, cleaned, masked


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("章程.pdf", "章程.pdf"),
        ("C:\\Users\\示例\\章程.pdf", "章程.pdf"),
        ("../../etc/章程.pdf", "章程.pdf"),
        ("章程\x00.pdf", "章程.pdf"),
        ("章程\r\nX-Evil: 1.pdf", "章程 X-Evil: 1.pdf"),
        ("章程\u202efdp.exe", "章程fdp.exe"),
        ("\u200b\ufeff章程\u2066.pdf", "章程.pdf"),
        ("章\ud800程.pdf", "章程.pdf"),
        ("  章程 . pdf. . ", "章程. pdf"),
        ("...", ""),
        ("/", ""),
        ("", ""),
        ("𠮷野家.pdf", "𠮷野家.pdf"),
    ],
)
def test_a_name_keeps_only_what_can_be_seen(sent: str, kept: str) -> None:
    assert cleaned(sent) == kept


def test_a_long_name_keeps_its_extension() -> None:
    name = cleaned("示" * 500 + ".pdf")
    assert len(name) == LENGTH
    assert name.endswith("示.pdf")
    assert len(cleaned("示" * 500)) == LENGTH


def test_a_masked_name_tells_only_the_type() -> None:
    assert masked("示例张三丰.pdf") == "***.pdf"
    assert masked("示例张三丰") == "***"
