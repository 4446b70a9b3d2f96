"""时钟: this machine's clock beside those of the others. Deadlines and tokens go by it."""

from datetime import datetime

from liandong.preflight.findings import Finding, fit, refused


def compared(whose: str, english: str, theirs: datetime, ours: datetime, most: float) -> Finding:
    """Refused when the two instants, taken at the same time, are more than ``most`` seconds apart.

    ``whose`` is Chinese and stands in the sentence; ``english`` also ends the check's name.
    """
    apart = (ours - theirs).total_seconds()
    check = f"clock.{english}"
    if abs(apart) <= most:
        return fit(check)
    faster = "快" if apart > 0 else "慢"
    return refused(
        check,
        f"本机时钟比{whose}的时钟{faster} {abs(apart):.0f} 秒（最多允许 {most:g} 秒）："
        "请校准两台机器的时间（NTP）后再启动",
        f"this clock is {apart:+.0f} s off the {english}'s (at most {most:g} s): set both by NTP",
    )
