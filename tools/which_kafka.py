"""Says with which Kafka the tests will run, or what to install for one."""

import sys

from liandong.testing.kafka import SERVERS_VARIABLE, given_broker
from liandong.testing.kafka_docker import docker_has_kafka
from liandong.testing.kafka_java import KAFKA_VERSION, java_is_usable
from liandong.testing.kafka_ready import NOTHING_TO_RUN_KAFKA_WITH


def main() -> int:
    given = given_broker()
    if given is not None:
        told = f"测试使用的 Kafka：{SERVERS_VARIABLE} 指定的 {given.bootstrap_servers}"
    elif docker_has_kafka():
        told = "测试使用的 Kafka：Docker 容器"
    elif java_is_usable():
        told = f"测试使用的 Kafka：本机 Java，{KAFKA_VERSION}（首次由 Maven 下载）"
    else:
        told = NOTHING_TO_RUN_KAFKA_WITH
    sys.stdout.write(f"{told}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
