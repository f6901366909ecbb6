{{/*
What follows from the values, decided in one place. Each answers a text; "" is no.
In: the root.
*/}}

{{/* slipway.embedded: "sqlite" or "memory" where the server is its own database. */}}
{{- define "slipway.embedded" -}}
{{- $dsn := .Values.dsn.value | trim }}
{{- if regexMatch "^(sqlite3?:|jdbc:sqlite:)" $dsn }}sqlite
{{- else if regexMatch "^memory([?]|$)" $dsn }}memory
{{- end }}
{{- end }}

{{/* slipway.foreign: "true" where a service that is not Slipway's serves. */}}
{{- define "slipway.foreign" -}}
{{- if ne .Values.image.repository .Values.migration.image.repository }}true{{ end }}
{{- end }}

{{/* slipway.mode: who migrates: hook, job, init, off, or serve, which is the server itself. */}}
{{- define "slipway.mode" -}}
{{- if .Values.migration.mode }}{{ .Values.migration.mode }}
{{- else if include "slipway.embedded" . }}serve
{{- else }}hook
{{- end }}
{{- end }}

{{/*
slipway.replicas: the number of servers. "": another component sets it, so the chart omits the field.
*/}}
{{- define "slipway.replicas" -}}
{{- $replicas := .Values.replicas }}
{{- $embedded := include "slipway.embedded" . }}
{{- $omitted := or .Values.omitReplicas .Values.autoscaling.enabled (kindIs "invalid" $replicas) }}
{{- if and $omitted (not $embedded) }}
{{- else if and (not (kindIs "invalid" $replicas)) (ne (toString $replicas) "") }}{{ int $replicas }}
{{- else if $embedded }}1
{{- else }}2
{{- end }}
{{- end }}

{{/* slipway.serverImage: the image that serves. */}}
{{- define "slipway.serverImage" -}}
{{- $image := .Values.image }}
{{- include "slipway.image" (dict "root" . "repository" $image.repository "tag" $image.tag
    "digest" $image.digest) }}
{{- end }}

{{/* slipway.migrationImage: the image that migrates; that of the server, if it is Slipway's. */}}
{{- define "slipway.migrationImage" -}}
{{- $image := .Values.migration.image }}
{{- if or $image.tag $image.digest (include "slipway.foreign" .) }}
{{- include "slipway.image" (dict "root" . "repository" $image.repository "tag" $image.tag
    "digest" $image.digest) }}
{{- else }}
{{- include "slipway.serverImage" . }}
{{- end }}
{{- end }}

{{/*
slipway.copyImage: the image that migrations are copied from: by default that of a service of your
own, if nothing but the folder is given. In: the root. Out: "" if none are copied.
*/}}
{{- define "slipway.copyImage" -}}
{{- $migration := .Values.migration }}
{{- if $migration.copyFrom.image }}
{{- include "slipway.inRegistry" (list . $migration.copyFrom.image) }}
{{- else if and $migration.copyFrom.path (include "slipway.foreign" .)
    (not (or $migration.files $migration.configMap $migration.imageVolume.reference
    $migration.path)) }}
{{- include "slipway.serverImage" . }}
{{- end }}
{{- end }}

{{/*
slipway.reference: the parts of an image's full name. In: the name. Out: YAML of a map of repository,
tag, and digest.
*/}}
{{- define "slipway.reference" -}}
{{- $digest := regexFind "@.*$" . | trimPrefix "@" }}
{{- $name := regexReplaceAll "@.*$" . "" }}
{{- $tag := regexFind ":[^:/]*$" $name | trimPrefix ":" }}
{{- dict "repository" (regexReplaceAll ":[^:/]*$" $name "") "tag" $tag "digest" $digest | toYaml }}
{{- end }}

{{/* slipway.madeSecret: "true" where the chart makes a Secret. */}}
{{- define "slipway.madeSecret" -}}
{{- if or .Values.dsn.value .Values.migration.dsn.value .Values.token.value }}true{{ end }}
{{- end }}

{{/*
slipway.opensApi: "true" where the Service opens the API of Slipway's server to clients outside the
cluster without a token, unless the values allow it.
*/}}
{{- define "slipway.opensApi" -}}
{{- $service := .Values.service }}
{{- if and (ne $service.type "ClusterIP") (not $service.openWithoutToken)
    (not (include "slipway.foreign" .)) (not (include "slipway.hasToken" .)) }}true{{ end }}
{{- end }}

{{/* slipway.makesClaim: "true" where the chart makes a claim for SQLite's file. */}}
{{- define "slipway.makesClaim" -}}
{{- $persistence := .Values.persistence }}
{{- if and (eq (include "slipway.embedded" .) "sqlite") $persistence.enabled
    (not $persistence.existingClaim) }}true{{ end }}
{{- end }}

{{/* slipway.serviceAccount: the account that the servers run as. */}}
{{- define "slipway.serviceAccount" -}}
{{- if .Values.serviceAccount.name }}{{ .Values.serviceAccount.name }}
{{- else if .Values.serviceAccount.create }}{{ include "slipway.fullname" . }}
{{- else }}default
{{- end }}
{{- end }}

{{/*
slipway.migrationAccount: the account that the Job runs as. In: the root. Out: "" for the default one.
*/}}
{{- define "slipway.migrationAccount" -}}
{{- if not .Values.migration.serviceAccount.create }}{{ .Values.migration.serviceAccountName }}
{{- else if .Values.migration.serviceAccountName }}{{ .Values.migration.serviceAccountName }}
{{- else if eq (include "slipway.mode" .) "hook" }}{{ include "slipway.hookName" (list . "migrate") }}
{{- else }}{{ include "slipway.roleName" (list . "migrate") }}
{{- end }}
{{- end }}

{{/* slipway.preStopSleep: seconds before SIGTERM; Slipway waits after it, by itself. */}}
{{- define "slipway.preStopSleep" -}}
{{- if not (kindIs "invalid" .Values.preStop.sleep) }}{{ .Values.preStop.sleep | int }}
{{- else if include "slipway.foreign" . }}5
{{- else }}0
{{- end }}
{{- end }}
