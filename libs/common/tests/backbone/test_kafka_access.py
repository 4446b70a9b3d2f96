"""Brokers that want a password or a certificate, by TLS: a real one, with its own authority."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import ValidationError

from liandong.embedded.ports import free_port
from liandong.ids import uuid7
from liandong.runtime import build
from liandong.settings import SERVICES, Settings
from liandong.testing.kafka_java import JavaKafka
from liandong.testing.probe import mirror_definition
from liandong.transports import topics
from liandong.transports.access import KafkaAccess, UnfitAccess
from liandong.transports.base import Outgoing
from liandong.transports.kafka import KafkaPublisher, KafkaSource
from liandong.transports.states_first import StatesFirst

PASSWORD = "a-password-of-this-test"
PREFIX = "guarded."


@dataclass(frozen=True)
class Authority:
    """Signs certificates; all files are PEM in ``folder``."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def found(cls, folder: Path, name: str) -> "Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _signed(name, key.public_key(), name, key, authority=True)
        (folder / f"{name}.pem").write_bytes(_pem(certificate))
        return cls(folder, key, certificate)

    def issue(self, name: str) -> tuple[Path, Path]:
        """Certificate and key in files of their own, and both in ``<name>-both.pem``."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
        certificate = _pem(_signed(name, key.public_key(), str(issuer), self.key))
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        both = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        both[0].write_bytes(certificate)
        both[1].write_bytes(private)
        (self.folder / f"{name}-both.pem").write_bytes(private + certificate)
        return both


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _signed(
    name: str,
    key: ec.EllipticCurvePublicKey,
    issuer: str,
    by: ec.EllipticCurvePrivateKey,
    *,
    authority: bool = False,
) -> x509.Certificate:
    now = datetime.now(UTC)

    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    builder = x509.CertificateBuilder(named(issuer), named(name), key, x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(
        now + timedelta(days=1)
    )
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    builder = builder.add_extension(address, critical=False)
    builder = builder.add_extension(x509.BasicConstraints(authority, None), critical=True)
    return builder.sign(by, hashes.SHA256())


@dataclass(frozen=True)
class Guarded:
    """A broker with a listener for passwords and one for certificates."""

    folder: Path
    by_password: str
    by_certificate: str
    authority: Authority

    def access(self, **given: Any) -> KafkaAccess:
        return KafkaAccess(kafka_ca_file=self.folder / "authority.pem", **given)

    @property
    def with_password(self) -> KafkaAccess:
        return self.access(
            kafka_security_protocol="SASL_SSL",
            kafka_username="liandong",
            kafka_password=PASSWORD,
        )

    @property
    def with_certificate(self) -> KafkaAccess:
        return self.access(
            kafka_security_protocol="SSL",
            kafka_certificate_file=self.folder / "service.crt",
            kafka_key_file=self.folder / "service.key",
        )


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("guarded")
    authority = Authority.found(folder, "authority")
    authority.issue("broker")
    authority.issue("service")
    ports = {"PASSWORDS": free_port(), "CERTIFICATES": free_port()}
    scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
    broker = JavaKafka(
        folder / "kafka",
        listeners=ports,
        settings={
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,"
            "PASSWORDS:SASL_SSL,CERTIFICATES:SSL",
            "inter.broker.listener.name": "PLAINTEXT",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(folder / "broker-both.pem"),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(folder / "authority.pem"),
            "listener.name.certificates.ssl.client.auth": "required",
            "listener.name.passwords.sasl.enabled.mechanisms": "SCRAM-SHA-512",
            "listener.name.passwords.scram-sha-512.sasl.jaas.config": scram,
        },
        format_arguments=["--add-scram", f"SCRAM-SHA-512=[name=liandong,password={PASSWORD}]"],
    )
    broker.start()
    yield Guarded(
        folder,
        f"127.0.0.1:{ports['PASSWORDS']}",
        f"127.0.0.1:{ports['CERTIFICATES']}",
        authority,
    )
    broker.discard()


@pytest.fixture
async def topic(guarded: Guarded) -> str:
    name = f"t{uuid7().hex}"
    access = guarded.with_password.options()
    await topics.ensure_topics(guarded.by_password, [name], 1, access=access)
    return name


@pytest.mark.timeout(600)
async def test_an_event_goes_in_by_password_and_out_by_certificate(
    guarded: Guarded, topic: str
) -> None:
    writer = guarded.with_password.options()
    publisher = KafkaPublisher(guarded.by_password, "writer", writer)
    attributes = {"id": "1", "type": "a.b"}
    message = Outgoing(1, uuid7(), topic, "k", attributes, b"{}")
    try:
        assert (await publisher.publish([message])).accepted == {1}
    finally:
        await publisher.stop()
    reader = guarded.with_certificate.options()
    source = KafkaSource(guarded.by_certificate, f"{topic}.group", [topic], None, reader)
    await source.start()
    try:
        async for batch in source.batches():
            if batch.deliveries:
                assert [one.payload for one in batch.deliveries] == [b"{}"]
                await source.done(batch)
                break
    finally:
        await source.stop()


async def test_a_service_reads_and_publishes_by_the_settings_of_its_process(
    guarded: Guarded,
) -> None:
    settings = Settings(
        service="mirror",
        database_url="postgresql://localhost/mirror",
        oidc_issuer="http://localhost",
        transport="kafka",
        kafka_bootstrap_servers=guarded.by_password,
        **guarded.with_password.model_dump(exclude_unset=True),
    )
    definition = mirror_definition()
    runtime = build(definition, settings)
    try:
        (source,) = runtime.sources(definition.groups[0])
        publisher = runtime.relay.publisher
        assert isinstance(publisher, StatesFirst)
        for client in (source, publisher.inner):
            assert isinstance(client, KafkaSource | KafkaPublisher)
            assert client.access["sasl_plain_username"] == "liandong"
            assert client.access["ssl_context"].check_hostname
            assert PASSWORD not in repr(client) + repr(settings)
    finally:
        await runtime.close()


async def test_who_is_not_known_gets_nothing(guarded: Guarded, tmp_path: Path) -> None:
    stranger = Authority.found(tmp_path, "stranger")
    certificate, key = stranger.issue("service")
    password = guarded.with_password
    for servers, access in [
        (guarded.by_password, password.model_copy(update={"kafka_username": "nobody"})),
        (
            guarded.by_password,
            password.model_copy(update={"kafka_ca_file": tmp_path / "stranger.pem"}),
        ),
        (guarded.by_certificate, guarded.access(kafka_security_protocol="SSL")),
        (
            guarded.by_certificate,
            guarded.access(
                kafka_security_protocol="SSL",
                kafka_certificate_file=certificate,
                kafka_key_file=key,
            ),
        ),
    ]:
        with pytest.raises(ConnectionError, match="没有应答，或拒绝了本账号或证书"):
            await topics.ensure_topics(servers, ["t"], access=access.options())


async def test_the_step_that_makes_topics_reads_its_password_from_a_file(
    guarded: Guarded,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "liandong_kafka_password").write_text(PASSWORD)
    for name, value in {
        "KAFKA_BOOTSTRAP_SERVERS": guarded.by_password,
        "TOPIC_PREFIX": PREFIX,
        "SECRETS_DIR": str(tmp_path),
        "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "KAFKA_USERNAME": "liandong",
        "KAFKA_CA_FILE": str(guarded.folder / "authority.pem"),
    }.items():
        monkeypatch.setenv(f"LIANDONG_{name}", value)
    assert await asyncio.to_thread(topics.main, ["--partitions", "1"]) == 0
    made = topics.topic_names(SERVICES, PREFIX) + topics.state_topic_names(SERVICES, PREFIX)
    assert capsys.readouterr().out.split() == made
    monkeypatch.delenv("LIANDONG_KAFKA_USERNAME")
    assert topics.main([]) == 2
    error = capsys.readouterr().err
    assert "必须设置 LIANDONG_KAFKA_USERNAME" in error
    assert PASSWORD not in error
    monkeypatch.setenv("LIANDONG_KAFKA_SECURITY_PROTOCOL", "SCRAM")
    assert topics.main([]) == 2
    assert "LIANDONG_KAFKA_SECURITY_PROTOCOL：不在可选值之内" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kafka_security_protocol": "SASL_SSL"}, "必须设置 LIANDONG_KAFKA_USERNAME"),
        ({"kafka_password": "x"}, "须为 SASL_SSL 或 SASL_PLAINTEXT"),
        ({"kafka_ca_file": "ca.pem"}, "须为 SSL 或 SASL_SSL"),
        (
            {"kafka_security_protocol": "SSL", "kafka_certificate_file": "a.pem"},
            "必须同时设置",
        ),
        (
            {
                "kafka_security_protocol": "SASL_PLAINTEXT",
                "kafka_sasl_mechanism": "PLAIN",
                "kafka_username": "u",
                "kafka_password": "p",
            },
            "改为 SASL_SSL",
        ),
    ],
)
def test_settings_that_contradict_one_another_are_refused(given: dict[str, str], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        KafkaAccess(**given)  # type: ignore[arg-type]


def test_files_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    for file, said in [(tmp_path / "none.pem", "文件不存在"), (broken, "内容不是有效的 PEM")]:
        access = KafkaAccess(kafka_security_protocol="SSL", kafka_ca_file=file)
        with pytest.raises(UnfitAccess, match=said):
            access.options()
    access = KafkaAccess(
        kafka_security_protocol="SSL", kafka_certificate_file=broken, kafka_key_file=broken
    )
    with pytest.raises(UnfitAccess, match="LIANDONG_KAFKA_CERTIFICATE_FILE"):
        access.options()
