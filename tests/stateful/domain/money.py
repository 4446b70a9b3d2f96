"""Rules: budgets, proposals, approvals, payments, holds by hand."""

from typing import Any

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.stateful.domain.base import APPROVER, AWARD_FEN, FINANCE, SECOND_FINANCE
from tests.stateful.domain.listings import SOME
from tests.stateful.domain.market import MEANWHILE, MOODS, AskingRules
from tests.stateful.domain.model import Payment

CEILINGS = st.sampled_from([n * AWARD_FEN + more for n in (1, 2, 3, 5) for more in (-1, 0, 1)])
YEAR = 2019
REASON = {"reason": "有举报，先行核查"}


def a_payment_is_there(self: Any) -> bool:
    return bool(self.model.payments)


def a_payment_is_approved(self: Any) -> bool:
    return bool(any(p.status == "approved" for p in self.model.payments))


class MoneyRules(AskingRules):
    async def begin(self) -> None:
        await super().begin()
        body = {
            "district": "340100",
            "programme": "F3",
            "year": YEAR,
            "funding_source": "finance",
            "amount_fen": 3 * AWARD_FEN,
        }
        made = await self.call("funding", "/v1/budgets", FINANCE, body)
        assert made.status_code == 201, made.text
        self.budget = made.json()["id"]
        await self._approve_the_budget(3 * AWARD_FEN)

    async def _approve_the_budget(self, ceiling: int) -> None:
        path, row = f"/v1/budgets/{self.budget}/approve", f"budget_line/{self.budget}"
        approved = await self.call("funding", path, APPROVER, of=row)
        assert approved.status_code == 200, approved.text
        self.model.ceiling = ceiling

    @rule(ceiling=CEILINGS)
    def adjust_the_budget(self, ceiling: int) -> None:
        path, row = f"/v1/budgets/{self.budget}/adjust", f"budget_line/{self.budget}"
        body = {"amount_fen": ceiling, "reason": "年中调整"}
        answer = self.run(self.call("funding", path, FINANCE, body, row))
        covers = ceiling >= self.model.committed
        assert answer.status_code == (200 if covers else 409), answer.text
        if covers:
            self.run(self._approve_the_budget(ceiling))

    @rule(number=SOME)
    def recognise_a_site(self, number: int) -> None:
        self.run(self.entitle(self.organization(number)))

    @rule(number=SOME)
    def propose(self, number: int) -> None:
        model = self.model
        entitlements = list(model.entitlements)
        entitlement = entitlements[number % len(entitlements)]
        organization = model.entitlements[entitlement]
        body = {"entitlement_id": entitlement, "budget_year": YEAR}
        answer = self.run(self.call("funding", "/v1/payments", FINANCE, body))
        live = any(p.entitlement == entitlement and p.status != "cancelled" for p in model.payments)
        fits = model.committed + AWARD_FEN <= model.ceiling
        expected = 201 if fits and not live else 409
        assert answer.status_code == expected, answer.text
        if expected == 201:
            payment = Payment(answer.json()["id"], entitlement, organization, AWARD_FEN)
            payment.reasons = model.known("funding", organization)
            model.payments.append(payment)

    def payment(self, number: int) -> Payment:
        return self.model.payments[-1 - number % len(self.model.payments)]

    def act(
        self, payment: Payment, action: str, who: dict[str, str], body: object = None
    ) -> httpx.Response:
        path, row = f"/v1/payments/{payment.id}/{action}", f"payment/{payment.id}"
        return self.run(self.call("funding", path, who, body, row))

    @precondition(a_payment_is_there)
    @rule(number=SOME)
    def approve(self, number: int) -> None:
        payment = self.payment(number)
        allowed = payment.shown == "proposed"
        answer = self.act(payment, "approve", APPROVER)
        assert answer.status_code == (200 if allowed else 409), answer.text
        if allowed:
            payment.status = "approved"

    @precondition(a_payment_is_approved)
    @rule(number=SOME, mood=MOODS, meanwhile=MEANWHILE)
    def make(self, number: int, mood: str, meanwhile: str) -> None:
        """拨付, also of what is held or made already."""
        approved = [p for p in self.model.payments if p.status in ("approved", "made")]
        approved.sort(key=lambda p: (p.status == "approved", self.model.barred(p.organization)))
        payment = approved[-1 - number % len(approved)]
        possible = payment.shown == "approved"
        path, row = f"/v1/payments/{payment.id}/make", f"payment/{payment.id}"
        body = {"bank_reference": "合财拨2019-12"}
        answer, position = self.run(
            self.asking(mood, meanwhile, "funding", path, SECOND_FINANCE, body, row)
        )
        if not possible:
            expected = 409
        elif mood:
            expected = 503
        else:
            expected = 409 if self.model.barred(payment.organization) else 200
        assert answer.status_code == expected, answer.text
        if expected == 200:
            payment.status = "made"
        self.model.learn("funding", position)

    @precondition(a_payment_is_there)
    @rule(number=SOME, action=st.sampled_from(["hold", "release"]))
    def hold_or_release_by_hand(self, number: int, action: str) -> None:
        payment = self.payment(number)
        answer = self.act(payment, action, FINANCE, REASON)
        held = "manual" in payment.reasons
        allowed = payment.unpaid and held == (action == "release")
        assert answer.status_code == (200 if allowed else 409), answer.text
        if allowed:
            payment.reasons ^= {"manual"}

    @precondition(a_payment_is_there)
    @rule(number=SOME)
    def cancel(self, number: int) -> None:
        payment = self.payment(number)
        answer = self.act(payment, "cancel", FINANCE, REASON)
        allowed = payment.unpaid
        assert answer.status_code == (200 if allowed else 409), answer.text
        if allowed:
            payment.cancel()
