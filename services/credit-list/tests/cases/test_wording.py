"""What the papers of a case say."""

from dataclasses import replace
from datetime import date

from credit_list.cases import wording
from credit_list.cases.domain import NoticeMethod, Outcome

POINT = wording.Point(
    "受到5万元以上罚款处罚", "管理办法第十五条第（四）项", "超出业务范围活动", ["处罚决定书"]
)
PARTY = wording.Party("阳光社会工作服务中心", "52340103XN0000017X")
NOTICE = wording.Notice(
    number="合民告〔2019〕3号",
    made_on=date(2019, 9, 23),
    list_label="严重违法失信名单",
    party=PARTY,
    points=[POINT],
    discretion="一般（裁量基准第三条）",
    window_days=10,
    hearing_basis="行政处罚法第六十三条",
    remedy="可以自收到决定书之日起60日内申请行政复议",
    supplement=False,
)
DECISION = wording.Decision(
    number="合民〔2019〕8号",
    made_on=date(2019, 10, 12),
    list_label="严重违法失信名单",
    party=PARTY,
    points=[POINT],
    discretion=None,
    told=[wording.Told(NoticeMethod.MAIL, date(2019, 9, 23), "EMS1")],
    window_ends_on=date(2019, 10, 11),
    said=[],
    heard=[],
    discussion=None,
    outcome=Outcome.LIST,
    reasons="事实清楚",
    exit_not_before=date(2021, 10, 12),
    publication_ends_on=None,
    remedy="可以自收到决定书之日起60日内申请行政复议",
)


def test_a_notice_tells_facts_evidence_basis_rights_period_and_remedies() -> None:
    text = wording.notice(NOTICE)
    assert text.startswith("拟列入严重违法失信名单告知书\n合民告〔2019〕3号\n")
    for words in (
        "阳光社会工作服务中心（52340103XN0000017X）：",
        "事实：超出业务范围活动",
        "证据：处罚决定书",
        "依据：管理办法第十五条第（四）项",
        "裁量：一般（裁量基准第三条）",
        "10个工作日内",
        "陈述、申辩",
        "申请听证（依据：行政处罚法第六十三条）",
        "60日内申请行政复议",
        "2019年9月23日",
    ):
        assert words in text


def test_a_notice_offers_no_hearing_where_there_is_none() -> None:
    assert "听证" not in wording.notice(replace(NOTICE, hearing_basis=None))


def test_a_supplementary_notice_calls_itself_so() -> None:
    assert "补充告知书" in wording.notice(replace(NOTICE, supplement=True))


def test_a_decision_without_a_statement_says_that_the_window_is_over() -> None:
    text = wording.decision(DECISION)
    for words in (
        "列入严重违法失信名单决定书",
        "告知：告知书于2019年9月23日送达（邮寄送达，EMS1）。",
        "陈述申辩：期限至2019年10月11日届满，你单位未陈述、申辩。",
        "理由：事实清楚",
        "本机关决定：列入严重违法失信名单。",
        "最早可以移出或者修复的日期：2021年10月12日",
        "60日内申请行政复议",
    ):
        assert words in text


def test_a_decision_answers_the_defence_and_the_hearing() -> None:
    said = [wording.Said(date(2019, 9, 27), "正在复议", "复议已被驳回")]
    heard = [
        wording.Heard(date(2019, 9, 29), "听证笔录1号", "事实清楚"),
        wording.Heard(None, None, None),
    ]
    text = wording.decision(replace(DECISION, said=said, heard=heard, discussion="纪要1号"))
    for words in (
        "陈述申辩（2019年9月27日收到）：正在复议",
        "核实情况：复议已被驳回",
        "听证：2019年9月29日举行（笔录听证笔录1号）；听证意见：事实清楚。",
        "听证：你单位申请听证后放弃。",
        "经集体讨论（纪要1号）",
    ):
        assert words in text
    assert "未陈述" not in text


def test_a_decision_not_to_list_brings_neither_term_nor_publication() -> None:
    text = wording.decision(replace(DECISION, outcome=Outcome.NOT_LIST))
    assert "本机关决定：不予列入严重违法失信名单。" in text
    assert "公示" not in text
    assert "最早" not in text
