"""Refusals of reviews."""

from liandong.problems import Conflict


class NothingToReview(Conflict):
    slug, title = "nothing-to-review", "该项应享没有待复核的事项"


class PaidAlready(Conflict):
    slug, title = "already-paid", "款项已经拨付，不能取消应享"
