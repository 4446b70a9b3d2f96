"""The words of ledgers: what bureaus write in the cells and above the columns."""

from collections.abc import Mapping
from typing import Any, Final

from liandong.imports.headings import Alias
from registry.organizations.domain import (
    CharityStatus,
    CommunityClass,
    DirectClass,
    Kind,
    Management,
    Nature,
    PartyOrganization,
)

KINDS: Final[Mapping[str, Any]] = {
    "社会团体": Kind.ASSOCIATION,
    "民办非企业单位": Kind.SERVICE_INSTITUTION,
    "社会服务机构": Kind.SERVICE_INSTITUTION,
    "基金会": Kind.FOUNDATION,
    "社区社会组织": Kind.COMMUNITY_GROUP,
    "备案社区社会组织": Kind.COMMUNITY_GROUP,
}
DIRECT: Final[Mapping[str, Any]] = {
    "行业协会商会类": DirectClass.TRADE,
    "行业协会商会": DirectClass.TRADE,
    "科技类": DirectClass.SCIENCE,
    "公益慈善类": DirectClass.CHARITY,
    "城乡社区服务类": DirectClass.COMMUNITY,
}
NATURES: Final[Mapping[str, Any]] = {
    "服务性": Nature.SERVICE,
    "公益性": Nature.CHARITY,
    "互助性": Nature.MUTUAL_AID,
}
CLASSES: Final[Mapping[str, Any]] = {
    "生活服务类": CommunityClass.LIFE_SERVICE,
    "公益慈善类": CommunityClass.CHARITY,
    "文体活动类": CommunityClass.CULTURE_SPORTS,
    "专业调处类": CommunityClass.MEDIATION,
}
MANAGEMENTS: Final[Mapping[str, Any]] = {
    "街道（乡镇）管理": Management.STREET,
    "街道管理": Management.STREET,
    "乡镇管理": Management.STREET,
    "社区指导": Management.COMMUNITY,
    "村（居）委会指导": Management.COMMUNITY,
}
CHARITIES: Final[Mapping[str, Any]] = {
    "登记": CharityStatus.REGISTERED,
    "认定": CharityStatus.RECOGNISED,
    "否": None,
}
PARTIES: Final[Mapping[str, Any]] = {
    "未建立": PartyOrganization.NONE,
    "无": PartyOrganization.NONE,
    "单独建立": PartyOrganization.OWN,
    "联合建立": PartyOrganization.JOINT,
    "选派党建工作指导员": PartyOrganization.INSTRUCTOR,
    "派指导员": PartyOrganization.INSTRUCTOR,
}
YES: Final[Mapping[str, Any]] = {"是": True, "否": False, "√": True, "×": False}

ALIASES: Final = {
    "类型": Alias("组织类型"),
    "社会组织类型": Alias("组织类型"),
    "组织类别": Alias("组织类型"),
    "组织名称": Alias("名称"),
    "单位名称": Alias("名称"),
    "社会组织名称": Alias("名称"),
    "信用代码": Alias("统一社会信用代码"),
    "社会信用代码": Alias("统一社会信用代码"),
    "统一信用代码": Alias("统一社会信用代码"),
    "备案号": Alias("备案编号"),
    "备案证号": Alias("备案编号"),
    "区划代码": Alias("行政区划代码"),
    "行政区划": Alias("行政区划代码"),
    "所属区县": Alias("行政区划代码"),
    "所属区划": Alias("行政区划代码"),
    "区县": Alias("行政区划代码"),
    "地址": Alias("住所"),
    "住所地": Alias("住所"),
    "办公地址": Alias("住所"),
    "成立日期": Alias("登记日期"),
    "成立时间": Alias("登记日期"),
    "登记时间": Alias("登记日期"),
    "成立登记日期": Alias("登记日期"),
    "备案日期": Alias("登记日期"),
    "备案时间": Alias("登记日期"),
    "法人代表": Alias("法定代表人"),
    "负责人": Alias("法定代表人"),
    "法定代表人姓名": Alias("法定代表人"),
    "电话": Alias("联系电话"),
    "联系方式": Alias("联系电话"),
    "法定代表人电话": Alias("联系电话"),
    "法定代表人联系电话": Alias("联系电话"),
    "主管单位": Alias("业务主管单位"),
    "登记管理机关": Alias("登记机关"),
    "注册资金": Alias("注册资金（元）"),
    "注册资金（万元）": Alias("注册资金（元）", "万元"),
    "开办资金（元）": Alias("注册资金（元）"),
    "开办资金（万元）": Alias("注册资金（元）", "万元"),
    "原始基金（元）": Alias("注册资金（元）"),
    "原始基金（万元）": Alias("注册资金（元）", "万元"),
    "活动资金（元）": Alias("注册资金（元）"),
    "活动资金（万元）": Alias("注册资金（元）", "万元"),
    "证书有效期起": Alias("证书有效期自"),
    "证书有效期止": Alias("证书有效期至"),
    "有效期起": Alias("证书有效期自"),
    "有效期止": Alias("证书有效期至"),
    "届期起": Alias("届期自"),
    "届期止": Alias("届期至"),
    "党员数": Alias("党员人数"),
    "会员数（个人）": Alias("个人会员数"),
    "会员数（单位）": Alias("单位会员数"),
    "专职人员数": Alias("专职工作人员数"),
    "是否慈善组织": Alias("慈善组织"),
}
"""Headings found in ledgers, beside those of the template."""
