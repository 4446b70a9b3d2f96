"""Settings of one service process, read from the environment and from files of secrets.

Each setting is looked up first as ``LIANDONG_<SERVICE>_<NAME>`` and then as ``LIANDONG_<NAME>``,
so that what the five services share is written once.
"""

import os
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from liandong.transports.access import KafkaAccess

SERVICES = ("registry", "evaluation", "credit-list", "supply-demand", "funding")


class Settings(KafkaAccess):
    model_config = SettingsConfigDict(env_prefix="LIANDONG_", extra="ignore", frozen=True)

    service: str
    environment: Literal["development", "test", "staging", "production"] = "development"

    database_url: str
    """``postgresql://user:password@host:port/name``; a unix socket as ``?host=/folder``."""
    api_pool_size: int = Field(8, ge=1)
    read_pool_size: int = Field(4, ge=1)
    """Connections for looking up single rows, beside those of ``api_pool_size``; and once more as
    many for lists that need no session."""
    worker_pool_size: int = Field(4, ge=2)
    pool_wait_seconds: float = Field(2.0, gt=0)
    """How long a request waits for a database connection before it is answered with 503."""
    connect_seconds: int = Field(5, ge=1)
    lock_wait_seconds: float = Field(5.0, gt=0)
    statement_seconds: float = Field(30.0, gt=0)
    list_seconds: float = Field(10.0, gt=0)
    """How long a search or a figure may keep the database before it is answered with 503."""

    transport: Literal["feed", "kafka"] = "feed"
    state_topics: bool = False
    """Also tell the latest states, in ``liandong.<service>.state`` (ADR 15). The topics must exist;
    once it is switched on, ``liandong states rebuild`` tells what was there before."""
    publisher: Literal["relay", "cdc"] = "relay"
    """Who produces to Kafka: the worker's relay, or Debezium's connector, which reads the outbox
    from the database's log; the worker then only appends to the feed (ADR 17)."""
    topic_prefix: str = ""
    kafka_partitions: int = Field(1, ge=1, le=10_000)
    """A topic with fewer stops the start. More load needs more; adding some moves keys."""
    kafka_replication: int = Field(0, ge=0, le=10)
    """Copies that each topic must have, or the start is refused. 0: in production three, or as many
    as there are brokers; elsewhere one."""
    kafka_retention_days: int = Field(28, ge=1, le=60)
    """A topic that keeps messages for less stops the start: a reader may be away for so long."""
    clock_tolerance_seconds: float = Field(60.0, gt=0, le=3600)
    """How far this machine's clock may be off the database's, the issuer's and Kafka's at the
    start."""
    instance_name: str = ""
    """Name of this replica (of its pod, say): after a restart it keeps its Kafka partitions."""
    service_urls: dict[str, str] = Field(default_factory=dict)
    """Base address of each service; the feeds and the confirming check are reached through it."""

    oidc_issuer: str
    oidc_audience: str = "liandong"
    oidc_metadata_url: str = ""
    """Where the issuer's metadata are read if its own address, that of the tokens, cannot be
    reached from here; they must name that address all the same."""
    oidc_jwks_url: str = ""
    oidc_token_url: str = ""
    oidc_algorithms: tuple[str, ...] = ("RS256", "ES256", "EdDSA")
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")

    encryption_keys: tuple[SecretStr, ...] = ()
    """Keys for personal data, newest first: ``<key id>:<32 bytes in base64>``."""
    receipt_keys: tuple[SecretStr, ...] = ()
    """Keys that sign receipts (Ed25519), newest first: ``<key id>:<32 bytes in base64>``."""
    receipt_old_keys: tuple[str, ...] = ()
    """Public keys of receipts that were signed before: ``<key id>:<32 bytes in base64>``."""

    storage: str = ""
    """Where files are kept: ``file:///folder`` or ``s3://bucket/prefix``; empty: nowhere."""
    storage_endpoint: str = ""
    """Address of the S3-compatible store, such as ``https://s3.example.gov.cn``."""
    storage_region: str = "us-east-1"
    storage_access_key: SecretStr = SecretStr("")
    storage_secret_key: SecretStr = SecretStr("")
    storage_virtual_host: bool = False
    """The store is addressed by the bucket's own host; the endpoint then names that host."""

    host: str = "127.0.0.1"
    port: int = 8000
    drain_seconds: float = Field(0.0, ge=0, le=120)
    """How long an API that is asked to end (SIGTERM) still takes requests while ``/health/ready``
    says no: as long as the proxy in front of it needs to notice. Without a proxy 0."""
    path_prefix: str = Field("", pattern=r"^(/[a-z0-9-]+)*$")
    """Where a proxy shows this service, ``/registry`` say, if it passes the path on whole."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses and networks (CIDR) whose ``X-Forwarded-For`` is believed; limits by address then
    count the caller, not the proxy."""
    max_body_bytes: int = 1_048_576
    max_upload_bytes: int = 33_554_432
    import_kept_days: int = Field(90, ge=1)
    """How long the rejected rows of an import, which may hold personal data, can be read."""
    rate_limit: str = "1200/minute"
    public_rate_limit: str = "120/minute"
    inquiry_rate_limit: str = "30/minute"
    """Of inquiries about single organisations, for each address."""
    otlp_endpoint: str = ""
    """Where spans go by OTLP over HTTP, ``http://collector:4318`` say; empty: none are made."""
    otlp_sample_ratio: float = Field(1.0, ge=0, le=1)
    """The share of traces that is gathered; what joins a trace follows its beginning."""
    rehearsal_clock_file: Path | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, file_secret_settings

    @classmethod
    def load(cls, service: str, **given: Any) -> "Settings":
        """Reads the settings of ``service``; what is ``given`` wins over the environment."""
        prefix = f"LIANDONG_{service.replace('-', '_').upper()}_"
        secrets = os.environ.get("LIANDONG_SECRETS_DIR")

        class ForService(cls):
            model_config = SettingsConfigDict(env_prefix=prefix, extra="ignore", frozen=True)

        class Shared(cls):
            model_config = SettingsConfigDict(env_prefix="LIANDONG_", extra="ignore", frozen=True)

        own = _environment_of(ForService, secrets)
        shared = _environment_of(Shared, secrets)
        return cls(**{**shared, **own, "service": service, **given}, _secrets_dir=None)  # pyright: ignore[reportCallIssue]

    @model_validator(mode="after")
    def _kafka_needs_an_address(self) -> Self:
        if self.transport == "kafka" and not self.kafka_bootstrap_servers:
            raise ValueError(
                "LIANDONG_TRANSPORT 为 kafka 时必须设置 LIANDONG_KAFKA_BOOTSTRAP_SERVERS"
            )
        return self

    @model_validator(mode="after")
    def _cdc_publishes_events_to_kafka(self) -> Self:
        if self.publisher == "cdc" and self.transport != "kafka":
            raise ValueError("LIANDONG_PUBLISHER 为 cdc 时 LIANDONG_TRANSPORT 必须为 kafka")
        if self.publisher == "cdc" and self.state_topics:
            raise ValueError(
                "LIANDONG_PUBLISHER 为 cdc 时不能发布最新状态：请取消 LIANDONG_STATE_TOPICS，"
                "或将 LIANDONG_PUBLISHER 改回 relay"
            )
        return self

    @model_validator(mode="after")
    def _proxies_are_addresses(self) -> Self:
        for one in self.trusted_proxies:
            try:
                ip_network(one, strict=False)
            except ValueError:
                raise ValueError(
                    f"LIANDONG_TRUSTED_PROXIES 中的 {one} 不是 IP 地址或网段（CIDR）"
                ) from None
        return self

    @model_validator(mode="after")
    def _no_rehearsal_in_production(self) -> Self:
        if self.environment == "production" and self.rehearsal_clock_file is not None:
            raise ValueError("生产环境不得使用演练时钟：请取消 LIANDONG_REHEARSAL_CLOCK_FILE")
        return self

    @property
    def package(self) -> str:
        return self.service.replace("-", "_")


def _environment_of(settings: type[Settings], secrets: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if secrets:
        found |= SecretsSettingsSource(settings, secrets_dir=secrets)()
    return found | EnvSettingsSource(settings)()
