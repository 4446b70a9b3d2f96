"""Puts real values into a generated request, and leaves what was made invalid as it is.

What is chosen depends on the generated request alone, so that a request that failed is dressed
the same way when it is tried again.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from schemathesis import Case
from schemathesis.core import NotSet
from schemathesis.core.parameters import ParameterLocation

from tests.fuzz.access import OPERATIONAL, Access, Caller, caller
from tests.fuzz.world import DISTRICTS, Body, Row, Scene, World, state_of

PLAIN = 0.4
"""The share of valid requests that are made to succeed: who may, a sound body, the right version.
Without them the states of the world, and what lies behind them, would hardly be reached."""


EDGE_DAYS = ("9999-12-31", "0001-01-01", "9999-12-30", "2999-12-31", "2027-02-28")
EDGE_INSTANTS = ("9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "2026-06-01T00:00:00")
EDGE_TEXTS = ("示例\x00", "\u202e示例", "  ", "𠮷" * 50, "=1+1", "'; --", "%", "\x1f\x7f示例")


@dataclass
class Dressing:
    """Knows the world; ``put_on`` changes a case in place and says who calls."""

    scene: Scene
    world: World
    access: Mapping[str, Access]

    async def put_on(self, case: Case) -> Caller:
        dice = Random(_digest(case))
        plain = not _is_spoilt(case) and dice.random() < PLAIN
        row = await self._address(case, plain, dice)
        owner = await self.world.value("organization_id", dice)
        await self._body(case, row, plain, dice)
        await self._query(case, dice)
        access = self.access.get(case.operation.label, OPERATIONAL)
        who = caller(access, row, str(owner) if owner else None, dice, plain=plain)
        self._headers(case, who, row, plain, dice)
        return who

    async def _address(self, case: Case, plain: bool, dice: Random) -> Row:
        """Ids of rows that are there; the row that is acted on, if the address names one."""
        if _spoilt(case, ParameterLocation.PATH) or (not plain and dice.random() < 0.1):
            return {}
        found: dict[str, Any] = {}
        target: Row = {}
        for name in reversed(re.findall(r"{(\w+)}", case.operation.path)):
            _, column = self.world.place(name)
            row: Row = {}
            if name in found:  # the parent of the row that was chosen
                rows = await self.world.rows(name) if column else []
                row = next((one for one in rows if one[column] == found[name]), {})
            elif column:
                row = await self.world.choose(name, dice, case.operation.label)
                if not row:
                    continue
                found = {**row, **found, name: row[column]}
            if name == "kind":
                found["kind"] = dice.choice([kind.name for kind in self._imports()] or ["x"])
            target = target if isinstance(target.get("version"), int) else row
        for name in case.path_parameters:
            if found.get(name) is not None:
                case.path_parameters[name] = _plain(found[name])
        return target

    def _imports(self) -> Any:
        return self.world.service.definition.imports

    async def _body(self, case: Case, row: Row, plain: bool, dice: Random) -> None:
        """A sound body with some generated fields in it, or the generated one with real ids."""
        if isinstance(case.body, NotSet) or not isinstance(case.body, dict):
            return
        if _spoilt(case, ParameterLocation.BODY):
            return
        sample = self.scene.samples.get(case.operation.label)
        generated = dict(case.body)
        if sample is not None and (plain or dice.random() < 0.7):
            body = await sample(self.world, row, dice)
            share = 0.0 if plain else dice.choice([0.0, 0.15, 0.5])
            kept = {name: generated[name] for name in generated if dice.random() < share}
            case.body = body | kept | ({} if plain else _edges(body, dice))
            return
        for name in [name for name in generated if name.endswith("_id")]:
            real = await self.world.value(name, dice)
            if real and dice.random() < 0.8:
                generated[name] = _plain(real)
        case.body = generated

    async def _query(self, case: Case, dice: Random) -> None:
        if "wait" in case.query and _seconds(case.query["wait"]) > 0:
            case.query["wait"] = 0  # the long poll has its own tests
        if _spoilt(case, ParameterLocation.QUERY):
            return
        for name in list(case.query):
            if dice.random() < 0.3:
                continue
            if name == "district":
                case.query[name] = dice.choice(DISTRICTS)
            elif name.endswith("_id"):
                real = await self.world.value(name, dice)
                case.query[name] = _plain(real) if real else case.query[name]
            elif name in ("cursor", "after"):
                await self._cursor(case, name, dice)

    async def _cursor(self, case: Case, name: str, dice: Random) -> None:
        """The cursor of a second page of the very same query, where there is one."""
        del case.query[name]
        who = caller(self.access[case.operation.label], {}, None, dice)
        asked = {key: value for key, value in case.query.items() if value is not None}
        answer = await self.world.service.client.get(
            case.formatted_path, params=asked | {"limit": 1}, headers=who.as_sent()
        )
        if answer.status_code == 200:
            following = answer.json().get("next_cursor") or answer.json().get("next")
            if following:
                case.query[name] = following

    def _headers(self, case: Case, who: Caller, row: Row, plain: bool, dice: Random) -> None:
        case.headers.pop("Authorization", None)
        case.headers.update(who.headers)
        self.world.acted_on = state_of(row)
        if _spoilt(case, ParameterLocation.HEADER) or not isinstance(row.get("version"), int):
            return
        chance = dice.random()
        if plain or chance < 0.8:
            case.headers["If-Match"] = f'"v{row["version"]}"'
        elif chance < 0.9:
            case.headers["If-Match"] = f'W/"v{row["version"] + dice.choice([-1, 1])}"'


def _edges(body: Body, dice: Random) -> Body:
    """Now and then a date at the end of the calendar, or a text that is hard to store."""
    found: Body = {}
    for name, value in body.items():
        if not isinstance(value, str) or name.endswith("_id") or dice.random() > 0.1:
            continue
        days = re.fullmatch(r"\d{4}-\d\d-\d\d(T.*)?", value)
        if days and days.group(1):
            found[name] = dice.choice(EDGE_INSTANTS)
        else:
            found[name] = dice.choice(EDGE_DAYS if days else EDGE_TEXTS)
    return found


def _is_spoilt(case: Case) -> bool:
    return case.meta is None or case.meta.generation.mode.is_negative


def _seconds(value: Any) -> float:
    """How long the feed would wait; 0 for what it refuses."""
    try:
        seconds = float(value[0] if isinstance(value, list) else value)
    except (TypeError, ValueError, IndexError):
        return 0
    return seconds if 0 < seconds <= 30 else 0


def _spoilt(case: Case, location: ParameterLocation) -> bool:
    """This part was made invalid on purpose: that is what the case is for."""
    meta = case.meta
    component = meta.components.get(location) if meta else None
    return component is not None and component.mode.is_negative


def _digest(case: Case) -> bytes:
    parts = (case.operation.label, case.method, case.path_parameters, case.query)
    content = repr((parts, sorted(case.headers.items()), case.body))
    return hashlib.sha256(content.encode(errors="surrogatepass")).digest()


def _plain(value: Any) -> Any:
    return value if isinstance(value, int) else str(value)
