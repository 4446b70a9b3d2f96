"""HTTP of receipts: for everybody, since whoever is handed a receipt may want to verify it."""

from typing import Any

from fastapi import Request, Response

from credit_list.receipts import domain
from credit_list.receipts.domain import Verdict
from credit_list.receipts.schemas import PublicKeys, ReceiptVerdict, VerifyReceipt
from liandong.http.routing import router_for
from liandong.values.signing import SigningRing

router = router_for("/v1/checks", "查询回执")


@router.get("/keys", summary="回执公钥")
async def keys(request: Request, response: Response) -> PublicKeys:
    ring: SigningRing = request.app.state.runtime.receipts
    response.headers["Cache-Control"] = "public, max-age=300"
    return PublicKeys.model_validate({"keys": ring.jwks()})


@router.post("/verify", summary="核验回执")
async def verify(body: VerifyReceipt, request: Request) -> ReceiptVerdict:
    ring: SigningRing = request.app.state.runtime.receipts
    read = ring.read(body.receipt)
    found = domain.verdict(read, body.answer, body.sha256)
    claims: dict[str, Any] = dict(read.claims or {}) if found is Verdict.VALID else {}
    return ReceiptVerdict(
        verdict=found,
        key_id=read.key_id,
        as_of=claims.get("as_of"),
        position=claims.get("position"),
        purpose=claims.get("purpose"),
        rows=claims.get("rows"),
    )
