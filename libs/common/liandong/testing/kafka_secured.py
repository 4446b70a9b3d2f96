"""A broker that asks who one is: a listener for partners with SCRAM, access rules, quotas.

Set up as docs/integration/kafka.md tells operators: the platform is a super user, everybody else
may do what a rule allows and nothing more. The inner listener of the other brokers for tests is
there too, for their own tools.
"""

from collections.abc import Mapping
from typing import Any

from liandong.embedded.ports import free_port
from liandong.testing.kafka_java import JavaKafka

PLATFORM = "platform"
PLATFORM_PASSWORD = "platform-password-for-tests"  # noqa: S105 - of a broker that a test starts


class SecuredKafka(JavaKafka):
    """As :class:`JavaKafka`; ``partners`` is the address with SASL_PLAINTEXT and SCRAM-SHA-512."""

    @property
    def partners(self) -> str:
        return f"127.0.0.1:{self._read()['partners_port']}"

    def platform(self) -> dict[str, str]:
        """The settings with which the platform enters by the partners' listener."""
        return {
            "LIANDONG_KAFKA_BOOTSTRAP_SERVERS": self.partners,
            "LIANDONG_KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
            "LIANDONG_KAFKA_USERNAME": PLATFORM,
            "LIANDONG_KAFKA_PASSWORD": PLATFORM_PASSWORD,
        }

    def _choose_ports(self) -> dict[str, Any]:
        return super()._choose_ports() | {"partners_port": free_port()}

    def _further_settings(self, settings: Mapping[str, str]) -> dict[str, str]:
        return {
            "listeners": f"{settings['listeners']},PARTNERS://{self.partners}",
            "advertised.listeners": (
                f"{settings['advertised.listeners']},PARTNERS://{self.partners}"
            ),
            "listener.security.protocol.map": (
                f"{settings['listener.security.protocol.map']},PARTNERS:SASL_PLAINTEXT"
            ),
            "sasl.enabled.mechanisms": "SCRAM-SHA-512",
            "listener.name.partners.scram-sha-512.sasl.jaas.config": (
                "org.apache.kafka.common.security.scram.ScramLoginModule required;"
            ),
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": f"User:{PLATFORM};User:ANONYMOUS",
            "allow.everyone.if.no.acl.found": "false",
        }

    def _first_users(self) -> list[str]:
        return ["--add-scram", f"SCRAM-SHA-512=[name={PLATFORM},password={PLATFORM_PASSWORD}]"]
