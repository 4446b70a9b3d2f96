"""Who reads the topics: the catalogue, and what is to change on the brokers. Pure."""

from pathlib import Path

import pytest

from liandong.partners.catalogue import InvalidCatalogue, Partner, read
from liandong.partners.passwords import UnfitPassword, forget, password_of
from liandong.partners.rights import Standing, gone, to_provision, to_remove, wanted

BUREAU = Partner(name="bureau", title="市数据资源管理局", topics=("registry",))


def test_a_partner_reads_its_topics_in_groups_of_its_own_and_nothing_else() -> None:
    found = {(one.name, one.pattern, one.principal, one.host) for one in wanted(BUREAU, "hf.")}
    user = "User:hf.partner.bureau"
    assert found == {
        ("hf.liandong.registry", 3, user, "*"),
        ("hf.liandong.registry.state", 3, user, "*"),
        ("hf.partner.bureau.", 4, user, "*"),
    }
    assert {one.operation for one in wanted(BUREAU, "")} == {3}, "reading"


def test_from_nothing_to_the_catalogue_and_back_to_nothing() -> None:
    changes = to_provision(BUREAU, "", Standing())
    assert changes.set_password
    assert changes.allow == wanted(BUREAU, "")
    now = Standing(True, frozenset(changes.allow), dict(BUREAU.quotas()))
    assert not to_provision(BUREAU, "", now), "a second time there is nothing to do"
    assert to_provision(BUREAU, "", now, rotate=True).set_password
    removed = to_remove("partner.bureau", now)
    assert removed.withdraw == now.acls
    assert removed.forget_password
    assert removed.quotas == {"consumer_byte_rate": None, "request_percentage": None}
    assert gone({"partner.bureau", "partner.left"}, [BUREAU], "") == ["partner.left"]


def test_a_narrower_partner_loses_what_it_had() -> None:
    now = Standing(True, frozenset(wanted(BUREAU, "")), {"producer_byte_rate": 1.0})
    narrower = BUREAU.model_copy(update={"states": False})
    changes = to_provision(narrower, "", now)
    assert [one.name for one in changes.withdraw] == ["liandong.registry.state"]
    assert not changes.allow
    assert changes.quotas == {**BUREAU.quotas(), "producer_byte_rate": None}


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{name: bureau, title: 局, topics: [tax]}", "没有服务 tax"),
        ("{name: bureau, title: 局, topics: []}", "topics"),
        ("{name: '../etc', title: 局, topics: [registry]}", "name"),
        ("{name: bureau, title: 局, topics: [registry], consumer_byte_rate: 1}", "byte_rate"),
        ("{name: bureau, title: 局, topics: [registry], password: secret}", "password"),
        ("{name: bureau, title: 局, topics: [registry]}\n- " * 2 + "}", "不是 YAML"),
        ("{name: b1, title: 局, topics: [registry]}\n- {name: b1, title: 局, topics: [funding]}",
         "重复"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_catalogue_is_told(tmp_path: Path, entry: str, said: str) -> None:
    file = tmp_path / "partners.yaml"
    file.write_text(f"partners:\n- {entry}\n", encoding="utf-8")
    with pytest.raises(InvalidCatalogue, match=said):
        read(file)


def test_a_password_is_made_once_kept_to_the_operator_and_replaced_on_request(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "passwords"
    made = password_of(folder, "bureau", new=False)
    assert password_of(folder, "bureau", new=False) == made
    assert (folder / "bureau").stat().st_mode & 0o077 == 0
    assert password_of(folder, "bureau", new=True) != made
    forget(folder, "bureau")
    (folder / "bureau").write_text("too short\n")
    with pytest.raises(UnfitPassword, match="20 至 200"):
        password_of(folder, "bureau", new=False)
