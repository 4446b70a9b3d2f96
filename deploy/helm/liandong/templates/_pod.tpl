{{/* What every pod is held to: no rights, no token, a root that cannot be written to. */}}
{{- define "liandong.pod" -}}
serviceAccountName: {{ .Values.serviceAccountName }}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end }}

{{- define "liandong.container" -}}
image: {{ include "liandong.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  capabilities: {drop: [ALL]}
{{- end }}

{{- define "liandong.mounts" -}}
- {name: tmp, mountPath: /tmp}
- {name: secrets, mountPath: /run/liandong/secrets, readOnly: true}
{{- if .trust }}
- {name: trust, mountPath: /run/liandong/trust, readOnly: true}
{{- end }}
{{- end }}

{{/* (dict "secrets" text "trust" text) */}}
{{- define "liandong.volumes" -}}
- name: tmp
  emptyDir: {sizeLimit: 256Mi}
- name: secrets
  projected:
    defaultMode: 0440
    sources: {{- if .secrets }}{{ .secrets | nindent 6 }}{{ else }} []{{ end }}
{{- if .trust }}
- name: trust
  projected:
    defaultMode: 0440
    sources: {{- .trust | nindent 6 }}
{{- end }}
{{- end }}
