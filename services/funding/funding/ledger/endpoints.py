"""HTTP of the ledger: it is read, never written."""

from typing import Annotated

from fastapi import Query

from funding.access import OfficeReader
from funding.ledger import repository
from funding.ledger.models import LedgerEntry
from funding.ledger.schemas import LedgerEntryRead, LedgerSummary, LedgerSummaryRow
from liandong.http.dependencies import DistrictFilter, Read
from liandong.http.paging import Page, Paging
from liandong.http.routing import router_for

router = router_for("/v1/ledger", "台账")
_Year = Annotated[int | None, Query(ge=2000, le=2100, description="拨付年度")]


@router.get("", summary="查询台账")
async def search(
    session: Read,
    actor: OfficeReader,
    paging: Paging,
    year: _Year = None,
    district: DistrictFilter = "",
) -> Page[LedgerEntryRead]:
    query = repository.search(actor, year=year, district=district)
    page = await paging.page(session, query, [LedgerEntry.id])
    return Page(
        items=[LedgerEntryRead.model_validate(one) for one in page.items],
        next_cursor=page.next_cursor,
    )


@router.get("/summary", summary="台账汇总")
async def summary(
    session: Read, actor: OfficeReader, year: _Year = None, district: DistrictFilter = ""
) -> LedgerSummary:
    rows = await repository.sums(session, actor, year=year, district=district)
    return LedgerSummary(
        rows=[
            LedgerSummaryRow(
                year=which, funding_source=source, programme=programme, count=count, sum_fen=total
            )
            for which, source, programme, count, total in rows
        ],
        count=sum(row[3] for row in rows),
        sum_fen=sum(row[4] for row in rows),
    )
