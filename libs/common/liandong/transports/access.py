"""How a client of ours reaches the brokers: address, encryption, and as whom.

The same ``LIANDONG_KAFKA_…`` settings are read by the services, by the step that makes the topics
and by the command that provisions partners; a secret may lie in ``LIANDONG_SECRETS_DIR``.
"""

import os
from pathlib import Path
from typing import Any, Literal, Self

from aiokafka.helpers import create_ssl_context
from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Protocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
Mechanism = Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"]


class KafkaAccess(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="LIANDONG_KAFKA_", extra="ignore", frozen=True)

    bootstrap_servers: str = ""
    security_protocol: Protocol = "PLAINTEXT"
    sasl_mechanism: Mechanism = "SCRAM-SHA-512"
    username: str = ""
    password: SecretStr = SecretStr("")
    ca_file: Path | None = None
    """Authorities in PEM that sign the brokers' certificates; none: those of the system."""

    @classmethod
    def from_environment(cls) -> Self:
        return cls(_secrets_dir=os.environ.get("LIANDONG_SECRETS_DIR"))  # pyright: ignore[reportCallIssue]

    @model_validator(mode="after")
    def _sasl_needs_a_name(self) -> Self:
        if self.security_protocol.startswith("SASL") and not (
            self.username and self.password.get_secret_value()
        ):
            raise ValueError(
                f"LIANDONG_KAFKA_SECURITY_PROTOCOL 为 {self.security_protocol} 时必须设置 "
                "LIANDONG_KAFKA_USERNAME 和 LIANDONG_KAFKA_PASSWORD"
            )
        return self

    def options(self) -> dict[str, Any]:
        """What every client of aiokafka is made with, beside the address."""
        found: dict[str, Any] = {"security_protocol": self.security_protocol}
        if self.security_protocol.endswith("SSL"):
            found["ssl_context"] = create_ssl_context(cafile=self.ca_file)
        if self.security_protocol.startswith("SASL"):
            found |= {
                "sasl_mechanism": self.sasl_mechanism,
                "sasl_plain_username": self.username,
                "sasl_plain_password": self.password.get_secret_value(),
            }
        return found
