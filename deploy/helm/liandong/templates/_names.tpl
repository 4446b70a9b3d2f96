{{- define "liandong.name" -}}
{{- if contains "liandong" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}{{ printf "%s-liandong" .Release.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{/* The labels of one part: (dict "root" $ "service" name "component" api|worker|migrations|topics) */}}
{{- define "liandong.selector" -}}
app.kubernetes.io/name: liandong
app.kubernetes.io/instance: {{ .root.Release.Name }}
liandong.cn/service: {{ .service }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "liandong.labels" -}}
{{ include "liandong.selector" . }}
app.kubernetes.io/part-of: liandong
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "liandong.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest }}{{ $image.repository }}@{{ $image.digest }}
{{- else if $image.tag }}{{ $image.repository }}:{{ $image.tag }}
{{- else }}{{ fail "image.tag 或 image.digest 必须给出一项 (give image.tag or image.digest)" }}{{ end }}
{{- end }}

{{/* What one part of one service is set to: the service's own values win. */}}
{{- define "liandong.part" -}}
{{- $own := index (index .root.Values.services .service) .component | default dict -}}
{{- toYaml (mergeOverwrite (deepCopy (index .root.Values .component)) (deepCopy $own)) }}
{{- end }}

{{/* Rules between several values, which the schema cannot say. */}}
{{- define "liandong.check" -}}
{{- $sasl := hasPrefix "SASL_" .Values.kafka.securityProtocol -}}
{{- $mutual := eq .Values.kafka.securityProtocol "SSL" -}}
{{- range $name, $service := .Values.services }}
{{- if and $sasl (not $service.kafkaUsername) }}
{{- fail (printf "services.%s.kafkaUsername：kafka.securityProtocol 为 %s 时必填 (needed with SASL)" $name $.Values.kafka.securityProtocol) }}
{{- end }}
{{- if and $mutual (not $service.kafkaCertificateSecret) }}
{{- fail (printf "services.%s.kafkaCertificateSecret：kafka.securityProtocol 为 SSL 时必填 (needed with mTLS)" $name) }}
{{- end }}
{{- $worker := include "liandong.part" (dict "root" $ "service" $name "component" "worker") | fromYaml }}
{{- $most := ternary $worker.autoscaling.maxReplicas $worker.replicas $worker.autoscaling.enabled }}
{{- if gt (int $most) (int $.Values.kafka.topics.partitions) }}
{{- fail (printf "services.%s：worker 最多 %d 个副本，多于 kafka.topics.partitions（%d），多出的副本无事可做 (more workers than partitions)" $name (int $most) (int $.Values.kafka.topics.partitions)) }}
{{- end }}
{{- range $component := list "api" "worker" }}
{{- $part := include "liandong.part" (dict "root" $ "service" $name "component" $component) | fromYaml }}
{{- if gt (int $part.autoscaling.minReplicas) (int $part.autoscaling.maxReplicas) }}
{{- fail (printf "services.%s：%s.autoscaling.minReplicas 大于 maxReplicas (minReplicas exceeds maxReplicas)" $name $component) }}
{{- end }}
{{- end }}
{{- end }}
{{- $policy := .Values.networkPolicy }}
{{- if and $policy.enabled .Values.ingress.enabled (not $policy.ingressFrom) }}
{{- fail "networkPolicy.ingressFrom：启用 ingress 时必填，否则代理无法访问 (needed with ingress: the proxy's pods)" }}
{{- end }}
{{- if and $policy.enabled .Values.monitoring.serviceMonitor.enabled (not $policy.metricsFrom) }}
{{- fail "networkPolicy.metricsFrom：启用 monitoring.serviceMonitor 时必填，否则 Prometheus 无法读取 (needed with serviceMonitor: Prometheus' pods)" }}
{{- end }}
{{- if .Values.kafka.topics.create }}
{{- if and $sasl (not .Values.kafka.topics.username) }}
{{- fail "kafka.topics.username：使用 SASL 建立主题时必填 (needed with SASL)" }}
{{- end }}
{{- if and $mutual (not .Values.kafka.topics.certificateSecret) }}
{{- fail "kafka.topics.certificateSecret：使用 mTLS 建立主题时必填 (needed with mTLS)" }}
{{- end }}
{{- end }}
{{- end }}
