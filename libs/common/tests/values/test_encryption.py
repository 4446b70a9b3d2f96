import base64
from collections.abc import Iterator

import pytest
from pydantic import SecretStr
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, select, text

from liandong.values.encryption import (
    CannotDecrypt,
    EncryptedText,
    InvalidKey,
    KeyRing,
    NoKeyRing,
    keyring,
    use_keyring,
)


def setting(key_id: str, byte: int) -> str:
    return f"{key_id}:{base64.b64encode(bytes([byte]) * 32).decode()}"


OLD, NEW = setting("k1", 1), setting("k2", 2)
before, rotated = KeyRing.from_settings((OLD,)), KeyRing.from_settings((NEW, OLD))


@pytest.fixture
def no_ring() -> Iterator[None]:
    earlier = use_keyring(None)
    yield
    use_keyring(earlier)


@pytest.mark.parametrize("content", ["340103199001010012", "", "张三" * 1000])
def test_what_was_encrypted_is_decrypted(content: str) -> None:
    assert before.decrypt(before.encrypt(content, "person.id"), "person.id") == content


def test_the_ciphertext_names_suite_and_key() -> None:
    assert rotated.encrypt("张三").startswith("v1:k2:")


def test_the_same_text_never_gives_the_same_ciphertext() -> None:
    assert before.encrypt("张三") != before.encrypt("张三")


def test_an_old_key_still_decrypts_and_the_newest_encrypts() -> None:
    old = before.encrypt("张三")
    assert rotated.decrypt(old) == "张三"
    assert not rotated.is_current(old)
    assert rotated.is_current(rotated.encrypt("张三"))


def test_an_unknown_key_is_named() -> None:
    with pytest.raises(CannotDecrypt, match="k2"):
        before.decrypt(rotated.encrypt("张三"))


@pytest.mark.parametrize("position", [0, 11, 12, -17, -1])
def test_a_changed_byte_is_noticed(position: int) -> None:
    head, encoded = before.encrypt("张三").rsplit(":", 1)
    sealed = bytearray(base64.b64decode(encoded))
    sealed[position] ^= 1
    with pytest.raises(CannotDecrypt):
        before.decrypt(f"{head}:{base64.b64encode(sealed).decode()}")


def test_a_ciphertext_cannot_be_moved_to_another_column() -> None:
    with pytest.raises(CannotDecrypt):
        before.decrypt(before.encrypt("张三", "person.name"), "person.alias")


def test_a_ciphertext_cannot_be_passed_off_as_another_keys() -> None:
    same_key = KeyRing([("k1", b"\1" * 32), ("k9", b"\1" * 32)])
    with pytest.raises(CannotDecrypt):
        same_key.decrypt(same_key.encrypt("张三").replace("v1:k1:", "v1:k9:"))


@pytest.mark.parametrize(
    "ciphertext", ["", "张三", "v2:k1:AAAA", "v1:k1", "v1:k1:%%", "v1:k1:", "v1:k1:AAAA", "v1:k1:é"]
)
def test_what_is_no_ciphertext_is_refused(ciphertext: str) -> None:
    with pytest.raises(CannotDecrypt):
        before.decrypt(ciphertext)


def test_a_blind_index_is_equal_for_equal_text_only() -> None:
    assert before.blind_index("13812341234") == before.blind_index("13812341234")
    assert before.blind_index("13812341234") != before.blind_index("13812341235")
    assert len(before.blind_index("")) == 64


def test_a_blind_index_differs_between_contexts() -> None:
    assert before.blind_index("1", "person.mobile") != before.blind_index("1", "person.id")


def test_adding_a_key_leaves_the_blind_index_as_it_was() -> None:
    assert rotated.blind_index("13812341234") == before.blind_index("13812341234")


def test_taking_the_oldest_key_out_changes_the_blind_index_to_the_next() -> None:
    after = KeyRing.from_settings((NEW,))
    assert rotated.blind_indexes("1") == (before.blind_index("1"), after.blind_index("1"))


def test_secret_settings_are_read() -> None:
    assert KeyRing.from_settings((SecretStr(NEW), SecretStr(OLD))).key_ids == ("k2", "k1")


@pytest.mark.parametrize(
    "keys",
    [
        (),
        ("k1",),
        (":" + OLD.split(":")[1],),
        ("k1:AAAA",),
        ("k1:***",),
        ("k 1:" + OLD.split(":")[1],),
        (OLD, OLD),
    ],
)
def test_a_key_that_cannot_be_used_is_refused(keys: tuple[str, ...]) -> None:
    with pytest.raises(InvalidKey):
        KeyRing.from_settings(keys)


def test_a_refused_key_is_not_repeated_in_the_message() -> None:
    with pytest.raises(InvalidKey) as refused:
        KeyRing.from_settings(("k1:c2VjcmV0",))
    assert "c2VjcmV0" not in str(refused.value)
    assert "secret" not in str(refused.value)


def test_the_ring_shows_key_ids_only() -> None:
    assert repr(rotated) == "KeyRing(k2, k1)"


@pytest.mark.usefixtures("no_ring")
def test_without_a_ring_there_is_a_clear_error() -> None:
    with pytest.raises(NoKeyRing, match="use_keyring"):
        keyring()


@pytest.mark.usefixtures("no_ring")
def test_a_column_is_encrypted_at_rest_and_plain_in_the_program() -> None:
    table = Table(
        "person",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("name", EncryptedText("person.name")),
    )
    use_keyring(before)
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(insert(table), [{"id": 1, "name": "张三"}, {"id": 2, "name": None}])
        stored = connection.execute(text("SELECT name FROM person WHERE id = 1")).scalar_one()
        assert stored.startswith("v1:k1:")
        assert list(connection.scalars(select(table.c.name).order_by(table.c.id))) == ["张三", None]
    engine.dispose()


def test_columns_of_different_places_do_not_share_compiled_statements() -> None:
    assert EncryptedText("a.b")._static_cache_key != EncryptedText("a.c")._static_cache_key
