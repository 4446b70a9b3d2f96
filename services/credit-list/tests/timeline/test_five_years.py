"""Five years of many organisations, on the service and in the plain model, side by side.

``LIANDONG_TIMELINE_ORGANIZATIONS=1000`` makes the long run; the seed is printed with a failure.
"""

import os
import sys
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import text

law = import_module("services.credit-list.tests.timeline.law")
life = import_module("services.credit-list.tests.timeline.life")
office = import_module("services.credit-list.tests.timeline.office")
bureau = import_module("services.credit-list.tests.timeline.bureau")

Desk = Any
MANY = int(os.environ.get("LIANDONG_TIMELINE_ORGANIZATIONS", "15"))
SEED = int(os.environ.get("LIANDONG_TIMELINE_SEED", "2026"))

STORIES = text("""
    SELECT l.organization_id, l.list, l.listed_on, l.term_started_on, l.exit_not_before,
           l.publication_ends_on, l.valid_until, l.delisted_on, l.delist_reason,
           array_agg((g.number, g.trigger, g.decided_on, g.corrected_on IS NOT NULL)
                     ORDER BY g.number) AS grounds
      FROM listing l JOIN listing_ground g ON g.listing_id = l.id
     GROUP BY l.id""")
WITHOUT_DUE_PROCESS = text("""
    SELECT count(*) FROM listing_ground AS ground
      JOIN credit_case AS it ON it.id = ground.case_id
     WHERE it.notice_served_on IS NULL OR it.window_ends_on >= it.decided_on
        OR it.hearing = 'requested'
        OR EXISTS (SELECT FROM case_step AS step WHERE step.case_id = it.id
                      AND step.by = it.decided_by AND step.action <> 'decide')
        OR EXISTS (SELECT FROM case_joined_trigger AS more WHERE more.case_id = it.id
                      AND NOT more.told)
        OR EXISTS (SELECT FROM case_statement AS said WHERE said.case_id = it.id
                      AND said.verified_at IS NULL)
        OR ground.decided_on <> it.decided_on""")
WITHOUT_A_CASE = text("""
    SELECT count(*) FROM listing_ground AS ground JOIN listing ON listing.id = ground.listing_id
     WHERE listing.list <> 'red' AND ground.case_id IS NULL""")
LEFT_IN_FORCE = text("""
    SELECT count(*) FROM listing_measure AS measure JOIN listing ON listing.id = measure.listing_id
     WHERE measure.ended_on IS NULL AND listing.status <> 'listed'""")


async def the_lives(desk: Desk) -> list[Any]:
    desk.set_day(life.FIRST.isoformat())
    return [
        bureau.Life(number, office.File(desk, await desk.an_organization(number), number),
                    law.Body())
        for number in range(1, MANY + 1)
    ]  # fmt: skip


@pytest.mark.timeout(max(600, 9 * MANY))
async def test_five_years_are_as_the_law_has_them(desk: Desk) -> None:
    lives = await the_lives(desk)
    work = bureau.Bureau(desk, lives)
    for one in lives:
        for it in life.of_one(SEED * 100_000 + one.number):
            work.plan(it.day, one, "happens", it)
    await work.work()
    async with desk.service.runtime.worker_engine.connect() as connection:
        rows = (await connection.execute(STORIES)).all()
        for wrong in (WITHOUT_DUE_PROCESS, WITHOUT_A_CASE, LEFT_IN_FORCE):
            assert await connection.scalar(wrong) == 0
    assert not [one.differs for one in lives if one.differs], SEED
    for one in lives:
        found = [tuple(row)[1:] for row in rows if row.organization_id == one.file.organization]
        told = [known.story for known in one.body.listings]
        assert sorted(map(plain, found)) == sorted(map(plain, told)), one.number
    left = {listing.why for one in lives for listing in one.body.listings}
    assert {None, "repaired"} <= left, "too little happened"
    assert {"defence-window-open", "term-not-over"} <= work.acts.keys(), "too little happened"
    listings = sum(len(one.body.listings) for one in lives)
    sys.stdout.write(
        f"{MANY} organisations, seed {SEED}: {listings} listings, {work.compared} days compared: "
        f"{dict(sorted(work.acts.items()))}\n"
    )


def plain(story: Any) -> str:
    *days, grounds = story
    return str([*map(str, days), [[*map(str, ground)] for ground in grounds]])
