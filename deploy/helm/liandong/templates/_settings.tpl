{{/* How the brokers are reached: (dict "root" $ "username" … "certificate" secret-name). */}}
{{- define "liandong.brokers" -}}
{{- $kafka := .root.Values.kafka -}}
- {name: LIANDONG_KAFKA_BOOTSTRAP_SERVERS, value: {{ $kafka.bootstrapServers | quote }}}
- {name: LIANDONG_KAFKA_SECURITY_PROTOCOL, value: {{ $kafka.securityProtocol }}}
{{- with $kafka.topicPrefix }}
- {name: LIANDONG_TOPIC_PREFIX, value: {{ . | quote }}}
{{- end }}
{{- if hasPrefix "SASL_" $kafka.securityProtocol }}
- {name: LIANDONG_KAFKA_SASL_MECHANISM, value: {{ $kafka.saslMechanism }}}
- {name: LIANDONG_KAFKA_USERNAME, value: {{ .username | quote }}}
{{- end }}
{{- if hasSuffix "SSL" $kafka.securityProtocol }}
{{- if $kafka.caSecret }}
- {name: LIANDONG_KAFKA_CA_FILE, value: /run/liandong/trust/kafka-ca.crt}
{{- end }}
{{- if .certificate }}
- {name: LIANDONG_KAFKA_CERTIFICATE_FILE, value: /run/liandong/trust/kafka.crt}
- {name: LIANDONG_KAFKA_KEY_FILE, value: /run/liandong/trust/kafka.key}
{{- end }}
{{- end }}
- {name: LIANDONG_SECRETS_DIR, value: /run/liandong/secrets}
{{- end }}

{{/* Every setting of a service that is no secret: (dict "root" $ "service" name "component" …). */}}
{{- define "liandong.settings" -}}
{{- $values := .root.Values -}}
{{- $service := index $values.services .service -}}
{{- $urls := dict -}}
{{- range $name, $_ := $values.services -}}
{{- $_ := set $urls $name (printf "http://%s-%s:8000" (include "liandong.name" $.root) $name) -}}
{{- end -}}
- {name: LIANDONG_ENVIRONMENT, value: {{ $values.environment }}}
- {name: LIANDONG_TRANSPORT, value: kafka}
- {name: LIANDONG_KAFKA_PARTITIONS, value: {{ $values.kafka.topics.partitions | toString | quote }}}
- {name: LIANDONG_KAFKA_REPLICATION, value: {{ $values.kafka.topics.replication | toString | quote }}}
- {name: LIANDONG_STATE_TOPICS, value: {{ $values.kafka.topics.states | quote }}}
{{- if eq .component "api" }}
{{- $part := include "liandong.part" . | fromYaml }}
- {name: LIANDONG_DRAIN_SECONDS, value: {{ $part.drainSeconds | toString | quote }}}
{{- end }}
{{ include "liandong.brokers" (dict "root" .root "username" $service.kafkaUsername "certificate" $service.kafkaCertificateSecret) }}
- {name: LIANDONG_OIDC_ISSUER, value: {{ $values.oidc.issuer | quote }}}
- {name: LIANDONG_OIDC_AUDIENCE, value: {{ $values.oidc.audience | quote }}}
{{- with $values.oidc.metadataUrl }}
- {name: LIANDONG_OIDC_METADATA_URL, value: {{ . | quote }}}
{{- end }}
{{- with $values.oidc.jwksUrl }}
- {name: LIANDONG_OIDC_JWKS_URL, value: {{ . | quote }}}
{{- end }}
{{- with $values.oidc.tokenUrl }}
- {name: LIANDONG_OIDC_TOKEN_URL, value: {{ . | quote }}}
{{- end }}
- {name: LIANDONG_CLIENT_ID, value: {{ $service.clientId | quote }}}
- {name: LIANDONG_SERVICE_URLS, value: {{ $urls | toJson | quote }}}
{{- if $values.ingress.enabled }}
- {name: LIANDONG_PATH_PREFIX, value: /{{ .service }}}
{{- with $values.ingress.trustedProxies }}
- {name: LIANDONG_TRUSTED_PROXIES, value: {{ . | toJson | quote }}}
{{- end }}
{{- end }}
{{- if eq .service "registry" }}
- {name: LIANDONG_STORAGE, value: {{ $values.storage.url | quote }}}
{{- if hasPrefix "s3://" $values.storage.url }}
- {name: LIANDONG_STORAGE_ENDPOINT, value: {{ $values.storage.endpoint | quote }}}
- {name: LIANDONG_STORAGE_REGION, value: {{ $values.storage.region | quote }}}
- {name: LIANDONG_STORAGE_VIRTUAL_HOST, value: {{ $values.storage.virtualHost | quote }}}
{{- end }}
{{- end }}
{{- if and (eq .service "credit-list") $values.receipts.oldKeys }}
- {name: LIANDONG_RECEIPT_OLD_KEYS, value: {{ $values.receipts.oldKeys | toJson | quote }}}
{{- end }}
{{- with $values.telemetry.endpoint }}
- {name: LIANDONG_OTLP_ENDPOINT, value: {{ . | quote }}}
{{- end }}
{{- range $name, $value := $values.settings }}
{{- /* Helm reads every number as a float, which would be written 3.3e+07. */}}
{{- if and (kindIs "float64" $value) (eq (float64 (int64 $value)) $value) }}{{ $value = int64 $value }}{{ end }}
- {name: LIANDONG_{{ $name }}, value: {{ $value | toString | quote }}}
{{- end }}
- {name: PGSSLMODE, value: {{ $values.postgresql.sslMode }}}
{{- if $values.postgresql.caSecret }}
- {name: PGSSLROOTCERT, value: /run/liandong/trust/postgresql-ca.crt}
{{- end }}
{{- if $values.extraCa.configMap }}
- {name: SSL_CERT_FILE, value: /run/liandong/trust/extra-ca.crt}
{{- end }}
{{- end }}

{{/* The files of secrets of one service: file name = name of the setting. */}}
{{- define "liandong.secrets" -}}
{{- $values := .root.Values -}}
{{- $service := index $values.services .service -}}
- secret:
    name: {{ $service.secret }}
    items:
      - {key: database-url, path: LIANDONG_DATABASE_URL}
      - {key: client-secret, path: LIANDONG_CLIENT_SECRET}
      - {key: encryption-keys, path: LIANDONG_ENCRYPTION_KEYS}
      {{- if hasPrefix "SASL_" $values.kafka.securityProtocol }}
      - {key: kafka-password, path: LIANDONG_KAFKA_PASSWORD}
      {{- end }}
      {{- if eq .service "credit-list" }}
      - {key: receipt-keys, path: LIANDONG_RECEIPT_KEYS}
      {{- end }}
      {{- if and (eq .service "registry") (hasPrefix "s3://" $values.storage.url) }}
      - {key: storage-access-key, path: LIANDONG_STORAGE_ACCESS_KEY}
      - {key: storage-secret-key, path: LIANDONG_STORAGE_SECRET_KEY}
      {{- end }}
{{- end }}

{{/* Certificates: (dict "root" $ "certificate" secret-name "database" true|false). */}}
{{- define "liandong.trust" -}}
{{- $values := .root.Values -}}
{{- if hasSuffix "SSL" $values.kafka.securityProtocol }}
{{- with $values.kafka.caSecret }}
- secret: {name: {{ . }}, items: [{key: {{ $values.kafka.caKey }}, path: kafka-ca.crt}]}
{{- end }}
{{- with .certificate }}
- secret: {name: {{ . }}, items: [{key: tls.crt, path: kafka.crt}, {key: tls.key, path: kafka.key}]}
{{- end }}
{{- end }}
{{- if .database }}
{{- with $values.postgresql.caSecret }}
- secret: {name: {{ . }}, items: [{key: {{ $values.postgresql.caKey }}, path: postgresql-ca.crt}]}
{{- end }}
{{- with $values.extraCa.configMap }}
- configMap: {name: {{ . }}, items: [{key: {{ $values.extraCa.key }}, path: extra-ca.crt}]}
{{- end }}
{{- end }}
{{- end }}
