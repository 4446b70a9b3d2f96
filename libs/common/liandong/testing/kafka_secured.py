"""A broker that asks who one is: a listener for partners with TLS and SCRAM, access rules, quotas.

Set up as docs/integration/kafka.md tells operators: the platform is a super user, everybody else
may do what a rule allows and nothing more. The inner listener of the other brokers for tests is
there too, for their own tools.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from liandong.embedded.ports import free_port
from liandong.testing.kafka_java import JavaKafka
from liandong.testing.kafka_ready import KafkaUnavailable

PLATFORM = "platform"
PLATFORM_PASSWORD = "platform-password-for-tests"  # noqa: S105 - of a broker that a test starts


_KEYSTORE = "listener.name.partners.ssl.keystore.location"
_SETTINGS = {
    "listener.security.protocol.map": (
        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PARTNERS:SASL_SSL"
    ),
    "listener.name.partners.ssl.keystore.type": "PEM",
    "sasl.enabled.mechanisms": "SCRAM-SHA-512",
    "listener.name.partners.scram-sha-512.sasl.jaas.config": (
        "org.apache.kafka.common.security.scram.ScramLoginModule required;"
    ),
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": f"User:{PLATFORM};User:ANONYMOUS",
    "allow.everyone.if.no.acl.found": "false",
}


class SecuredKafka(JavaKafka):
    """As :class:`JavaKafka`; ``partners`` is the address with SASL_SSL and SCRAM-SHA-512,
    ``ca_file`` the certificate that clients trust."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.partners = f"127.0.0.1:{port}"
        self.ca_file, keystore = folder / "ca.pem", folder / "broker.pem"
        folder.mkdir(parents=True, exist_ok=True)
        key, certificate = _certificate()
        self.ca_file.write_bytes(certificate)
        keystore.write_bytes(key + certificate)
        first = f"SCRAM-SHA-512=[name={PLATFORM},password={PLATFORM_PASSWORD}]"
        super().__init__(
            folder,
            listeners={"PARTNERS": port},
            settings=_SETTINGS | {_KEYSTORE: str(keystore)},
            format_arguments=["--add-scram", first],
        )

    def platform(self) -> dict[str, str]:
        """The settings with which the platform enters by the partners' listener."""
        return {
            "LIANDONG_KAFKA_BOOTSTRAP_SERVERS": self.partners,
            "LIANDONG_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
            "LIANDONG_KAFKA_CA_FILE": str(self.ca_file),
            "LIANDONG_KAFKA_USERNAME": PLATFORM,
            "LIANDONG_KAFKA_PASSWORD": PLATFORM_PASSWORD,
        }


@contextmanager
def secured(folder: Path) -> Iterator[SecuredKafka]:
    """Runs while the block does; a test that cannot have it fails with what to install."""
    found = SecuredKafka(folder)
    try:
        found.start()
    except KafkaUnavailable as error:
        pytest.fail(str(error), pytrace=False)
    yield found
    found.discard()


def _certificate() -> tuple[bytes, bytes]:
    """A key and a certificate of 127.0.0.1 that signs itself, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "kafka-for-tests")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private, certificate.public_bytes(Encoding.PEM)
