"""Single posts between two elections: somebody comes, leaves, or was entered wrongly."""

from collections.abc import Sequence
from uuid import UUID

from liandong.db.unit_of_work import UnitOfWork
from liandong.problems import Conflict, FieldError, Invalid
from registry.applications.conditions import Post
from registry.governance import officers, repository
from registry.governance.events import PostsChanged
from registry.governance.models import PostHolding
from registry.governance.schemas import CorrectedPost, NewPost, PostEnding
from registry.governance.service import at_hand
from registry.organizations import recording
from registry.organizations.models import Organization


class PostAlreadyHeld(Conflict):
    slug, title = "post-already-held", "该人员已担任这一职务"


class PostEnded(Conflict):
    slug, title = "post-ended", "该人员已不再担任这一职务"


async def appoint(
    uow: UnitOfWork, organization_id: UUID, version: int, body: NewPost
) -> tuple[Organization, PostHolding]:
    """增补: one more officer of the running term."""
    organization = await at_hand(uow, organization_id, version)
    if body.starts_on > uow.today:
        raise _wrong("/starts_on", "in-the-future", "任职日期不能晚于今日")
    held = await repository.open_posts(uow.session, organization.id)
    known = {one.id: one for one in held}
    unknown = [one for one in body.related_to if one not in known]
    if unknown:
        raise _wrong("/related_to", "unknown-post", "所填的近亲属没有现任职务")
    index = officers.index_of(body.id_number)
    if any(one.person_index == index and one.post is body.post for one in held):
        raise PostAlreadyHeld()
    term = await repository.latest_term(uow.session, organization.id)
    post = PostHolding(
        organization_id=organization.id,
        term_id=None if term is None else term.id,
        post=body.post,
        name=body.name,
        id_number=body.id_number,
        person_index=index,
        is_representative=any(one.person_index == index and one.is_representative for one in held),
        is_official=body.is_official,
        is_paid=body.is_paid,
        related_to=[known[one].person_index for one in body.related_to],
        starts_on=body.starts_on,
    )
    found = await officers.check(uow, organization, [*held, post], body.exceptions)
    uow.session.add(post)
    await uow.session.flush()
    details = {"office": post.post, "found": found, "exceptions": body.exceptions}
    _published(uow, organization, [*held, post], "post-filled", post, **details)
    return organization, post


async def end(
    uow: UnitOfWork, organization_id: UUID, version: int, post_id: UUID, body: PostEnding
) -> tuple[Organization, PostHolding]:
    """不再任职, before the term is over."""
    organization = await at_hand(uow, organization_id, version)
    post = await repository.post(uow.session, organization.id, post_id)
    if post.ended_on is not None:
        raise PostEnded(f"任职至{post.ended_on}")
    if body.ended_on > uow.today:
        raise _wrong("/ended_on", "in-the-future", "任职的最后一日不能晚于今日")
    if body.ended_on < post.starts_on:
        raise _wrong("/ended_on", "before-its-start", f"任职自{post.starts_on}开始")
    post.ended_on, post.ending = body.ended_on, body.ending
    held = await repository.open_posts(uow.session, organization.id)
    _published(uow, organization, held, "post-ended", post, ending=post.ending)
    return organization, post


async def correct(
    uow: UnitOfWork, organization_id: UUID, version: int, post_id: UUID, body: CorrectedPost
) -> tuple[Organization, PostHolding]:
    """更正: what was entered wrongly; also of a post that has ended."""
    organization = await at_hand(uow, organization_id, version)
    post = await repository.post(uow.session, organization.id, post_id)
    if body.starts_on > (post.ended_on or uow.today):
        raise _wrong("/starts_on", "too-late", "任职日期不能晚于今日和任职的最后一日")
    for name in ("name", "id_number", "starts_on", "is_official", "is_paid"):
        setattr(post, name, getattr(body, name))
    post.person_index = officers.index_of(body.id_number)
    held = await repository.open_posts(uow.session, organization.id)
    _published(uow, organization, held, "post-corrected", post, reason=body.reason)
    return organization, post


def _published(
    uow: UnitOfWork,
    organization: Organization,
    held: Sequence[PostHolding],
    fact: str,
    post: PostHolding,
    **details: object,
) -> None:
    supervisors = {one.person_index for one in held if one.post is Post.SUPERVISOR}
    council = {one.person_index for one in held if one.post.is_on_council}
    event = PostsChanged(
        **organization.facts(), councillors=len(council), supervisors=len(supervisors)
    )
    uow.publish(event, of=organization)
    recording.record(uow, organization, fact, None, post_id=post.id, **details)


def _wrong(pointer: str, code: str, message: str) -> Invalid:
    return Invalid(message, [FieldError(pointer, code, message)])
