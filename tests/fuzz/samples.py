"""Sound bodies that several services share."""

from collections.abc import Mapping
from random import Random
from typing import Any

from tests.fuzz.plan import ROOT
from tests.fuzz.world import Body, Row, Sample, World

PLACES = {
    "import_id": ("backbone.import_job", "id"),
    "override_id": ("backbone.rule_set_override", "id"),
}
_FILES = ROOT / "scenarios" / "hefei-2019"


def of(**fields: Any) -> Sample:
    """The fields as they are; a list stands for one of its values, ``x_id=None`` for a real id."""

    async def sample(world: World, row: Row, dice: Random) -> Body:
        body: Body = {}
        for name, value in fields.items():
            if name.endswith("_id") and value is None:
                real = await world.value(name, dice)
                if real is not None:
                    body[name] = str(real)
            else:
                body[name] = dice.choice(value) if isinstance(value, list) else value
        return body

    return sample


def file(name: str) -> Sample:
    """The first rows of a scenario's file, sometimes torn or with a row spoilt."""
    lines = (_FILES / name).read_bytes().splitlines(keepends=True)[:6]

    async def sample(world: World, row: Row, dice: Random) -> Body:
        chosen = lines[: dice.randint(1, len(lines))]
        content = b"".join(chosen)
        if dice.random() < 0.3:
            place = dice.randrange(len(content))
            content = content[:place] + dice.randbytes(3) + content[place + 3 :]
        return {"file": content}

    return sample


async def imported(world: World, kind: str, name: str, who: Mapping[str, str]) -> None:
    """A scenario's file was handed in, and its rows were dealt with."""
    content = (_FILES / name).read_bytes().splitlines(keepends=True)[:6]
    answer = await world.service.client.post(
        f"/v1/imports/{kind}", headers=dict(who), files={"file": (name, b"".join(content))}
    )
    assert answer.status_code == 202, answer.text
    await world.service.settle()


async def override(world: World, row: Row, dice: Random) -> Body:
    """A shipped rule set, taken over by the city."""
    book = world.service.runtime.rule_book
    subject = dice.choice(sorted(book.subjects) or ["none"])
    shipped = book.shipped.get(subject, [])
    parameters = dict(shipped[-1].as_dict())["parameters"] if shipped else {}
    return {
        "subject": subject,
        "jurisdiction": "340100",
        "version": f"fuzz-{dice.randrange(10**9)}",
        "valid_from": "2030-01-01",
        "legal_basis": "示例依据",
        "parameters": parameters,
    }


async def a_pdf(world: World, row: Row, dice: Random) -> Body:
    """A small file that may be attached, sometimes with a sign changed."""
    content = b"%%PDF-1.7\n%% %d\ntrailer\n<< /Root 1 0 R >>\n%%%%EOF\n" % dice.randrange(10**6)
    if dice.random() < 0.2:
        place = dice.randrange(5, len(content))
        content = content[:place] + dice.randbytes(1) + content[place + 1 :]
    return {"file": content, "document": dice.choice(["", "application", "certificate"])}
