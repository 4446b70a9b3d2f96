"""年度报告: what an organisation reports of a year, section by section. Pure."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from liandong.problems import FieldError
from liandong.values.days import IsoDay
from liandong.values.masking import mask_mobile, mask_name
from liandong.values.money import MAX_FEN, Fen
from liandong.values.text import Text
from registry.inspections.rules import Document, RegimeRules
from registry.organizations.schemas import LAST_DAY

MANY: Final = 10**9
Count = Annotated[int, Field(strict=True, ge=0, le=MANY)]
Balance = Annotated[
    int, Field(strict=True, ge=-MAX_FEN, le=MAX_FEN, description="可为负数，单位：分")
]
Day = Annotated[IsoDay, Field(ge=date(1900, 1, 1), le=LAST_DAY)]
Words = Annotated[Text, Field(max_length=2000)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Compliance(_Section):
    """遵守法律法规和国家政策的情况。"""

    obeyed_law: StrictBool = Field(description="遵守法律、法规和国家政策")
    acted_by_articles: StrictBool = Field(description="按照章程开展活动")
    penalties: Count = Field(default=0, description="本年度受到行政处罚的次数")
    criticisms: Count = Field(default=0, description="本年度被有关部门通报批评的次数")
    explanation: Words = ""


class Formalities(_Section):
    """履行登记手续的情况。"""

    changes_registered: StrictBool = Field(description="登记事项的变更均已办理变更登记")
    articles_approved: StrictBool = Field(description="章程的修改均已报核准")
    certificate_held: StrictBool = Field(description="登记证书和印章由本组织保管，没有出租、出借")
    explanation: Words = ""


class Activity(_Section):
    topic: Text = Field(min_length=1, max_length=200, description="活动")
    held_on: Day
    participants: Count = 0
    spent_fen: Fen = 0


class Activities(_Section):
    """按照章程开展活动的情况。"""

    summary: Words = ""
    held: list[Activity] = Field(default_factory=list, max_length=300)


class Personnel(_Section):
    """人员和机构变动的情况。"""

    full_time_staff: Count
    party_members: Count = 0
    has_party_organization: StrictBool = Field(default=False, description="建立了党组织")
    meetings_required: Count = Field(default=0, description="章程规定本年度应召开的会议次数")
    meetings_held: Count = Field(default=0, description="实际召开的次数")
    council_term_ends_on: Day | None = Field(default=None, description="本届任期届满的日期")
    branches: Count = Field(default=0, description="分支机构、代表机构数")
    branches_founded: Count = 0
    branch_fees_fen: Fen = 0
    explanation: Words = ""


class Finance(_Section):
    """财务管理的情况。"""

    opening_net_assets_fen: Balance
    income_fen: Fen
    expense_fen: Fen
    net_assets_fen: Balance
    assets_fen: Fen
    liabilities_fen: Fen
    audited: StrictBool = Field(default=False, description="财务会计报告经过审计")


class FoundationFinance(_Section):
    """基金会接受捐赠、募捐、资助和公益支出的情况。"""

    raises_in_public: StrictBool = Field(description="公开募捐的")
    donations_fen: Fen
    raised_fen: Fen = Field(default=0, description="组织募捐收到的款物")
    grants_fen: Fen = Field(default=0, description="提供的资助")
    public_benefit_spending_fen: Fen = Field(description="公益事业支出")
    management_cost_fen: Fen = Field(description="工作人员工资福利和行政办公支出")
    last_income_fen: Fen = Field(description="上一年总收入")
    last_balance_fen: Fen = Field(description="上一年基金余额")


class Contact(_Section):
    """填报人。加密保存。"""

    name: Text = Field(default="", max_length=100)
    phone: Text = Field(default="", max_length=30)

    def masked(self) -> "Contact":
        return Contact(name=mask_name(self.name), phone=mask_mobile(self.phone))


class Report(_Section):
    """一个年度的报告。草稿可以不完整；缺少的内容在查询时逐项列出。"""

    compliance: Compliance | None = None
    formalities: Formalities | None = None
    activities: Activities | None = None
    personnel: Personnel | None = None
    finance: Finance | None = None
    foundation: FoundationFinance | None = None
    documents: list[Annotated[Text, Field(max_length=60)]] = Field(
        default_factory=list, max_length=50, description="已上传材料的代码"
    )
    contact: Contact = Contact()

    def kept(self) -> dict[str, Any]:
        """What is kept openly: everything but the person."""
        return self.model_dump(mode="json", exclude={"contact"}, exclude_none=True)

    def masked(self) -> "Report":
        return self.model_copy(update={"contact": self.contact.masked()})


Label = Literal["compliance", "formalities", "activities", "personnel", "finance", "foundation"]
_LABELS: Final[dict[str, str]] = {
    "compliance": "遵守法律法规和国家政策的情况",
    "formalities": "履行登记手续的情况",
    "activities": "开展活动的情况",
    "personnel": "人员和机构变动的情况",
    "finance": "财务管理的情况",
    "foundation": "募捐、捐赠、资助和公益支出的情况",
}


def documents_for(rules: RegimeRules, *, simplified: bool, after_bad_year: bool) -> list[Document]:
    """What this body has to upload."""
    return [
        one
        for one in rules.documents
        if not (simplified and one.waived_when_simplified)
        and (after_bad_year or not one.after_bad_year)
    ]


def gaps(
    report: Report, rules: RegimeRules, *, simplified: bool, after_bad_year: bool
) -> Iterator[FieldError]:
    """What is missing: with it the report cannot be handed in."""
    for section in rules.simplified_sections if simplified else rules.sections:
        if getattr(report, section) is None:
            yield FieldError(f"/{section}", "missing", f"未填写{_LABELS[section]}")
    if not report.contact.name:
        yield FieldError("/contact/name", "missing", "未填写填报人")
    for one in documents_for(rules, simplified=simplified, after_bad_year=after_bad_year):
        if one.code not in report.documents:
            yield FieldError("/documents", one.code, f"缺少{one.title}（{one.basis}）")


def unknown_documents(report: Report, rules: RegimeRules) -> list[str]:
    return sorted({*report.documents} - {one.code for one in rules.documents})
