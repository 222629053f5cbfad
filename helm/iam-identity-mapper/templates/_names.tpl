{{/* The name of the objects. */}}
{{- define "mapper.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "mapper.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride -}}
{{- end -}}

{{/* The name of the webhook's Service, and of its Secret. */}}
{{- define "mapper.webhookName" -}}
{{- printf "%s-webhook" (include "mapper.fullname" .) -}}
{{- end -}}

{{- define "mapper.metricsName" -}}
{{- printf "%s-metrics" (include "mapper.fullname" .) -}}
{{- end -}}

{{- define "mapper.serviceAccountName" -}}
{{- default (include "mapper.fullname" .) .Values.serviceAccount.name -}}
{{- end -}}

{{/* The Secret that is mounted, where the certificate comes from files. */}}
{{- define "mapper.mountedSecret" -}}
{{- if eq .Values.certificates.source "supplied" -}}
{{- .Values.certificates.supplied.secretName -}}
{{- else -}}
{{- include "mapper.webhookName" . -}}
{{- end -}}
{{- end -}}

{{/* By what Pods are found; it cannot be changed later. */}}
{{- define "mapper.selectorLabels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: controller
{{- end -}}

{{/* Labels of every object; what a user adds cannot replace those by which Pods are found. */}}
{{- define "mapper.labels" -}}
{{- $ours := dict
  "app.kubernetes.io/name" (default .Chart.Name .Values.nameOverride)
  "app.kubernetes.io/instance" .Release.Name
  "app.kubernetes.io/version" .Chart.AppVersion
  "app.kubernetes.io/managed-by" .Release.Service
  "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_") -}}
{{- toYaml (merge $ours .Values.commonLabels) -}}
{{- end -}}

{{/*
Everything between "metadata:" and the end of an object's metadata but its name: (list . LABELS ANNOTATIONS NAMESPACE),
where the namespace is empty for objects of the cluster.
*/}}
{{- define "mapper.metadata" -}}
{{- $root := index . 0 -}}
{{- $labels := index . 1 -}}
{{- $annotations := merge (dict) (index . 2) $root.Values.commonAnnotations -}}
{{- with index . 3 }}
namespace: {{ . }}
{{- end }}
labels:
  {{- toYaml (merge (include "mapper.labels" $root | fromYaml) $labels) | nindent 2 }}
{{- with $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The ServiceAccount, as the subject of a binding. */}}
{{- define "mapper.subjects" -}}
subjects:
  - kind: ServiceAccount
    namespace: {{ include "mapper.namespace" . }}
    name: {{ include "mapper.serviceAccountName" . }}
{{- end -}}

{{/* The image, by its digest where there is one. */}}
{{- define "mapper.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{- printf "%s@%s" .repository .digest -}}
{{- else -}}
{{- printf "%s:%s" .repository (default $.Chart.AppVersion .tag) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Whether the controller makes its certificate: then it writes a Secret, and the caBundle. */}}
{{- define "mapper.selfManaged" -}}
{{- if and .Values.webhook.enabled (eq .Values.certificates.source "selfManaged") }}true{{ end -}}
{{- end -}}

{{/* Whether the certificate is mounted. */}}
{{- define "mapper.mounted" -}}
{{- if and .Values.webhook.enabled (ne .Values.certificates.source "selfManaged") }}true{{ end -}}
{{- end -}}

{{/* The settings of the controller. Only what is said in policy is written: the rest is as safe as can be. */}}
{{- define "mapper.settings" -}}
server:
  port: {{ .Values.ports.webhook }}
management:
  server:
    port: {{ .Values.ports.management }}
  {{- if .Values.hostNetwork }}
  # The loopback of a node is everybody's who is on it.
  endpoint:
    loggers:
      access: none
  {{- end }}
mapper:
  namespace: {{ include "mapper.namespace" . }}
  mode: {{ .Values.mode }}
  log:
    level: {{ .Values.log.level }}
  removal-brake:
    rows: {{ .Values.removalBrake.rows }}
    percent: {{ .Values.removalBrake.percent }}
    window: {{ .Values.removalBrake.window | quote }}
  webhook:
    enabled: {{ .Values.webhook.enabled }}
    {{- if .Values.webhook.enabled }}
    configuration-name: {{ include "mapper.fullname" . }}
    read-bindings: {{ .Values.webhook.readBindings }}
    certificate:
      {{- if eq .Values.certificates.source "selfManaged" }}
      source: self-managed
      secret-name: {{ include "mapper.webhookName" . }}
      {{- else }}
      source: files
      directory: /etc/iam-identity-mapper/certificate
      {{- end }}
      dns-names:
        - {{ include "mapper.webhookName" . }}.{{ include "mapper.namespace" . }}.svc
    {{- end }}
  {{- $policy := dict }}
  {{- range $key, $value := .Values.policy }}
  {{- if $value }}
  {{- $_ := set $policy $key $value }}
  {{- end }}
  {{- end }}
  {{- with $policy }}
  policy:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* A list of strings in CEL. */}}
{{- define "mapper.celStrings" -}}
{{- $quoted := list -}}
{{- range . -}}
{{- $quoted = append $quoted (printf "'%s'" (. | replace "\\" "\\\\" | replace "'" "\\'")) -}}
{{- end -}}
[{{ join ", " $quoted }}]
{{- end -}}
