"""What a service that executes measures keeps of a listing, as far as all do alike."""

from collections.abc import Callable

from liandong.measures.obedience import Obedience
from liandong.reconciliation.learnt import Row


def kept_listing(obeying: Obedience) -> Callable[[Row], Row]:
    """The listing, and while it stands the effects in force of those that the service executes.

    What a copy says of the measures of a listing that has ended means nothing any more.
    """

    def expected(facts: Row) -> Row:
        known = {name: facts[name] for name in ("organization_id", "list", "ended")}
        if facts["ended"]:
            return known
        mine = (one for one in facts["in_force"] if one["by"] == obeying.service)
        effects = {one["effect"] for one in mine if one["effect"] in obeying.effects}
        return known | {"effects": sorted(effects)}

    return expected
