"""Why the platform does not start, in sentences for the person who started it."""

import os

from liandong.embedded.errors import PlatformError
from liandong.embedded.program import Program


def refuse_production() -> None:
    if os.environ.get("LIANDONG_ENVIRONMENT") == "production":
        raise PlatformError(
            "内置平台仅供开发与演示，不得在生产环境启动（LIANDONG_ENVIRONMENT=production）。 The "
            "embedded platform is for development only: LIANDONG_ENVIRONMENT is production."
        )


def failed(program: Program, chinese: str, english: str) -> PlatformError:
    return PlatformError(
        f"{program.name} {chinese}，日志 {program.log} 的最后几行如下。 "
        f"{program.name} {english}; the last lines of its log:\n{program.last_lines()}"
    )


def newer_database(migrations: Program) -> PlatformError:
    service = migrations.said().rpartition("migrating ")[2].split("\n")[0]
    return PlatformError(
        f"数据库 {service} 由更新版本的程序建立：请更新程序，"
        "或运行 make clean-data 清除数据重新开始。 "
        f"The database {service} was made by a newer version of the code: update the code, "
        "or run `make clean-data` to start afresh."
    )
