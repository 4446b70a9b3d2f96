"""How this process is let in by the brokers: in the clear, by TLS, with a password, a certificate.

Apart from the other settings, because the step that makes the topics has no database and no issuer.
"""

import os
import ssl
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class UnfitAccess(RuntimeError):
    """The brokers cannot be reached like this; the message says in one sentence what to change."""


class KafkaAccess(BaseSettings):
    """The settings ``LIANDONG_KAFKA_…``; one that would have no effect is refused."""

    model_config = SettingsConfigDict(env_prefix="LIANDONG_", extra="ignore", frozen=True)

    kafka_bootstrap_servers: str = ""
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_sasl_mechanism: Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"] = "SCRAM-SHA-512"
    kafka_username: str = Field("", max_length=200)
    kafka_password: SecretStr = SecretStr("")
    kafka_ca_file: Path | None = None
    """PEM of the authority that signs the brokers' certificates; without it the system's."""
    kafka_certificate_file: Path | None = None
    """PEM of this service's own certificate (mTLS)."""
    kafka_key_file: Path | None = None
    kafka_key_password: SecretStr = SecretStr("")

    @classmethod
    def from_environment(cls) -> "KafkaAccess":
        """For a process that is none of the services; raises ValidationError."""
        return KafkaAccess(_secrets_dir=os.environ.get("LIANDONG_SECRETS_DIR"))  # pyright: ignore[reportCallIssue]

    @model_validator(mode="after")
    def _a_password_goes_with_sasl(self) -> Self:
        given = bool(self.kafka_username), bool(self.kafka_password.get_secret_value())
        if self.kafka_security_protocol.startswith("SASL_"):
            if not all(given):
                raise ValueError(
                    f"LIANDONG_KAFKA_SECURITY_PROTOCOL 为 {self.kafka_security_protocol} 时"
                    "必须设置 LIANDONG_KAFKA_USERNAME 和 LIANDONG_KAFKA_PASSWORD"
                )
            if self.kafka_security_protocol == "SASL_PLAINTEXT" and self._is_plain:
                raise ValueError(
                    "PLAIN 机制会明文传送密码：请将 LIANDONG_KAFKA_SECURITY_PROTOCOL 改为 SASL_SSL"
                )
        elif any(given):
            raise ValueError(
                "已设置 LIANDONG_KAFKA_USERNAME 或 LIANDONG_KAFKA_PASSWORD，"
                "LIANDONG_KAFKA_SECURITY_PROTOCOL 须为 SASL_SSL 或 SASL_PLAINTEXT"
            )
        return self

    @model_validator(mode="after")
    def _certificates_go_with_tls(self) -> Self:
        if (self.kafka_certificate_file is None) != (self.kafka_key_file is None):
            raise ValueError(
                "LIANDONG_KAFKA_CERTIFICATE_FILE 与 LIANDONG_KAFKA_KEY_FILE 必须同时设置"
            )
        given = self.kafka_ca_file or self.kafka_certificate_file
        if given and not self.kafka_security_protocol.endswith("SSL"):
            raise ValueError(
                "已设置 LIANDONG_KAFKA_CA_FILE 或 LIANDONG_KAFKA_CERTIFICATE_FILE，"
                "LIANDONG_KAFKA_SECURITY_PROTOCOL 须为 SSL 或 SASL_SSL"
            )
        return self

    @property
    def bootstrap_servers(self) -> str:
        return self.kafka_bootstrap_servers

    @property
    def _is_plain(self) -> bool:
        return self.kafka_sasl_mechanism == "PLAIN"

    def options(self) -> dict[str, Any]:
        """What every aiokafka client takes beside the address. Never log it: the password is in it.

        Raises :class:`UnfitAccess` for a certificate or key that cannot be read or used.
        """
        found: dict[str, Any] = {"security_protocol": self.kafka_security_protocol}
        if self.kafka_security_protocol.endswith("SSL"):
            found["ssl_context"] = self._context()
        if self.kafka_security_protocol.startswith("SASL_"):
            found["sasl_mechanism"] = self.kafka_sasl_mechanism
            found["sasl_plain_username"] = self.kafka_username
            found["sasl_plain_password"] = self.kafka_password.get_secret_value()
        return found

    def _context(self) -> ssl.SSLContext:
        """Verifies the broker's certificate and its name; there is no way to leave that out."""
        try:
            context = ssl.create_default_context(cafile=self.kafka_ca_file)
        except OSError as error:
            raise UnfitAccess(
                f"LIANDONG_KAFKA_CA_FILE（{self.kafka_ca_file}）无法用作 CA 证书：{_reason(error)}"
            ) from None
        if self.kafka_certificate_file is not None:
            password = self.kafka_key_password.get_secret_value()
            try:
                # Without a password OpenSSL would ask for it on the terminal.
                context.load_cert_chain(
                    self.kafka_certificate_file, self.kafka_key_file, lambda: password
                )
            except OSError as error:
                raise UnfitAccess(
                    f"LIANDONG_KAFKA_CERTIFICATE_FILE（{self.kafka_certificate_file}）与 "
                    f"LIANDONG_KAFKA_KEY_FILE（{self.kafka_key_file}）无法使用：{_reason(error)}"
                ) from None
        return context


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "文件不存在"
    if isinstance(error, PermissionError):
        return "无权读取"
    return "内容不是有效的 PEM，或私钥与证书、口令不符"
