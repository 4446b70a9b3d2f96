"""What a person who started the platform wants to see: addresses, and tokens to try it with."""

from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from liandong.embedded.platform import TOKEN_LIFE, EmbeddedPlatform
from liandong.identity.actors import Role

DISTRICT = "340100"

_TITLES = {
    "registry": "登记服务",
    "evaluation": "评估服务",
    "credit-list": "信用名单服务",
    "supply-demand": "供需对接服务",
    "funding": "资金服务",
}


@dataclass(frozen=True)
class Person:
    variable: str
    subject: str
    name: str
    role: Role


PEOPLE = (
    Person("CLERK", "clerk-1", "王经办", Role.CLERK),
    Person("APPROVER", "approver-1", "李审批", Role.APPROVER),
    Person("FINANCE", "finance-1", "赵财务", Role.FINANCE),
    Person("BUYER", "buyer-1", "采购中心", Role.BUYER),
    Person("COMMUNITY", "community-1", "逍遥津社区", Role.COMMUNITY),
    Person("ADMIN", "admin-1", "系统管理员", Role.SYSTEM_ADMIN),
)


def show(console: Console, platform: EmbeddedPlatform) -> None:
    console.print(_addresses(platform))
    console.print(_people())
    for person in PEOPLE:
        token = platform.token(
            subject=person.subject, name=person.name, roles=[person.role], district=DISTRICT
        )
        console.print(f"export {person.variable}={token}", soft_wrap=True, markup=False)
    example = next(iter(platform.urls.values()))
    console.print(
        f'\n试一试：curl -H "Authorization: Bearer $ADMIN" "{example}/v1/events?limit=5"\n'
        f"其他身份的令牌：POST {platform.issuer}/development/token",
        soft_wrap=True, markup=False,
    )  # fmt: skip
    console.print(
        "\n[bold red]仅供开发与演示：任何能访问本机的人都可取得任意身份的令牌，"
        "请勿存放真实数据。[/bold red]\n"
        "[red]For development only: anyone on this machine can get a token for anybody.[/red]"
    )
    console.print(f"数据与日志：{platform.folder}　　按 Ctrl-C 停止", soft_wrap=True)


def _addresses(platform: EmbeddedPlatform) -> Table:
    table = Table(title="联动平台已启动", box=SIMPLE_HEAD)
    for heading in ("服务", "接口文档"):
        table.add_column(heading, overflow="fold")
    for name, url in platform.urls.items():
        table.add_row(_TITLES.get(name, name), f"{url}/docs")
    table.add_row("开发用认证服务", f"{platform.issuer}/.well-known/openid-configuration")
    return table


def _people() -> Table:
    hours = int(TOKEN_LIFE.total_seconds() // 3600)
    table = Table(title=f"开发用令牌（{hours} 小时内有效，辖区 {DISTRICT}）", box=SIMPLE_HEAD)
    for heading in ("身份", "姓名", "环境变量"):
        table.add_column(heading)
    for person in PEOPLE:
        table.add_row(person.role.label, person.name, f"${person.variable}")
    return table
