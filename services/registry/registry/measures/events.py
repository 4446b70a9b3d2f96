"""What this service tells of measures that it executes."""

from typing import ClassVar

from liandong.measures import events


class MeasureApplied(events.MeasureApplied):
    """措施已执行: from now on the measure is in force here."""

    type: ClassVar[str] = "cn.liandong.registry.measure.applied"


class MeasureLifted(events.MeasureLifted):
    """措施已解除: from now on the measure is no longer in force here."""

    type: ClassVar[str] = "cn.liandong.registry.measure.lifted"


EVENTS = (MeasureApplied, MeasureLifted)
