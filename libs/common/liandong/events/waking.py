"""Events that failed for want of rules are handled again when the rules were changed."""

from typing import Final

from sqlalchemy import text

from liandong.db.unit_of_work import UnitOfWork

_DUE: Final = text("""
    UPDATE backbone.held_key SET next_attempt_at = clock_timestamp()
    WHERE (consumer_group, topic, key) IN (
        SELECT consumer_group, topic, key FROM backbone.dead_letter
        WHERE status IN ('dead', 'retrying') AND reason IN ('NoRuleSet', 'UnusableRuleSet'))
""")
_AGAIN: Final = text("""
    UPDATE backbone.dead_letter SET status = 'retrying', attempts = 0
    WHERE status IN ('dead', 'retrying') AND reason IN ('NoRuleSet', 'UnusableRuleSet')
""")


async def rules_changed(uow: UnitOfWork) -> None:
    """From the commit on the consumers try them anew, in order, as often as at first."""
    await uow.session.execute(_DUE)
    await uow.session.execute(_AGAIN)
