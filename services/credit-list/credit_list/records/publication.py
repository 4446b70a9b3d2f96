"""What the public is shown of the records of one organisation, and how long. Pure."""

from datetime import date

from credit_list.periods import add_months
from credit_list.records.domain import COUNTED, Kind, Sanction
from credit_list.records.facts import DEPARTMENT
from credit_list.records.models import CreditRecord
from credit_list.records.rules import PublicationClass, PublicationRules


def class_of(
    sanctions: list[str], fine_fen: int, rules: PublicationRules
) -> PublicationClass | None:
    """The first class that the penalty fits."""
    return next((one for one in rules.classes if _fits(sanctions, fine_fen, one)), None)


def shown_until(record: CreditRecord, rules: PublicationRules | None) -> date | None:
    """The last day on which the record is shown; None: it is not.

    A penalty of the registry is shown as long as the registry publishes it; another department's
    by its class of NDRC Order 36, from the day of its document on.
    """
    if rules is None or record.status not in COUNTED:
        return None
    if record.kind is Kind.PENALTY:
        if record.source != DEPARTMENT:
            return record.published_until
        found = class_of(record.sanctions, record.fine_fen, rules)
        if found is None or found.months == 0:
            return None
        return add_months(record.arose_on, found.months)
    if record.kind is Kind.INSPECTION_VERDICT and rules.verdict_months:
        return add_months(record.arose_on, rules.verdict_months)
    return None


def _fits(sanctions: list[str], fine_fen: int, one: PublicationClass) -> bool:
    if {*sanctions} & {sanction.value for sanction in one.sanctions}:
        return True
    least = one.fine_from_fen
    return least is not None and Sanction.FINE in sanctions and fine_fen >= least
