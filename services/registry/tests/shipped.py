"""The rules that the registry ships, for tests without a database."""

from registry.app import DEFINITION
from registry.applications.rules import APPLICATIONS, ApplicationRules
from registry.attachments.rules import ATTACHMENTS, AttachmentRules
from registry.governance.rules import GOVERNANCE, GovernanceRules
from registry.inspections.rules import INSPECTIONS, InspectionRules
from registry.names.rules import NAMES, NameRules

_BOOK = DEFINITION.rule_book()
NAME_RULES: NameRules = _BOOK.shipped[NAMES.name][-1].parameters
APPLICATION_RULES: ApplicationRules = _BOOK.shipped[APPLICATIONS.name][-1].parameters
GOVERNANCE_RULES: GovernanceRules = _BOOK.shipped[GOVERNANCE.name][-1].parameters
ATTACHMENT_RULES: AttachmentRules = _BOOK.shipped[ATTACHMENTS.name][-1].parameters
INSPECTION_RULES_BEFORE_2026: InspectionRules = _BOOK.shipped[INSPECTIONS.name][0].parameters
INSPECTION_RULES: InspectionRules = _BOOK.shipped[INSPECTIONS.name][-1].parameters
