"""The garbage collector of a service's process.

What a started service is made of, some hundred thousand objects, lives as long as the process;
looking through it for garbage again and again took a third of the time of a consumer.
"""

import gc

_THRESHOLDS = (20_000, 20, 50)
"""How many objects more until a look at the young, how many looks until one at the older."""


def leave_alone_what_is_started() -> None:
    """Call it when the process stands and before it works: from now on only what is made later
    is looked at, and less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
