"""The classes that demands and offers are described with. Pure."""

from typing import Final

from pydantic import Field

from liandong.problems import FieldError, Invalid
from liandong.rules.rule_set import Parameters, RuleSubject


class TaxonomyParameters(Parameters):
    service_classes: dict[str, str] = Field(min_length=1, description="服务类别：代码到名称")
    beneficiary_groups: dict[str, str] = Field(min_length=1, description="服务对象：代码到名称")


TAXONOMY: Final = RuleSubject("supply-demand.taxonomy", TaxonomyParameters, "服务分类")


def check(parameters: TaxonomyParameters, service_class: str, group: str | None = None) -> None:
    """Raises Invalid (422) for a code that the taxonomy does not have."""
    errors = []
    if service_class not in parameters.service_classes:
        known = "、".join(parameters.service_classes)
        errors.append(
            FieldError("/service_class", "unknown-class", f"没有这一服务类别，可选：{known}")
        )
    if group is not None and group not in parameters.beneficiary_groups:
        known = "、".join(parameters.beneficiary_groups)
        errors.append(
            FieldError("/beneficiary_group", "unknown-group", f"没有这一服务对象，可选：{known}")
        )
    if errors:
        raise Invalid("服务分类填写有误", errors)
