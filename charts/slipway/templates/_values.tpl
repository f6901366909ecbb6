{{/*
slipway.complete: makes the values complete, once for each chart of a release. Every template starts
with it. It sets defaults for missing keys, which occur with `helm upgrade --reuse-values` and a
newer chart, and renders templates in names and environment variables.
In: the root. Out: "".
*/}}
{{- define "slipway.complete" -}}
{{- /* Helm passes one .Release to all charts of a release. */}}
{{- if not (hasKey .Release "slipwayComplete") }}
{{- $_ := set .Release "slipwayComplete" dict }}
{{- end }}
{{- $chart := include "slipway.chartPath" . }}
{{- if not (hasKey .Release.slipwayComplete $chart) }}
{{- $_ := set .Release.slipwayComplete $chart true }}
{{- range $path, $default := include "slipway.defaults" . | fromYaml }}
{{- $key := splitList "." $path | last }}
{{- $map := $.Values }}
{{- range splitList "." $path | initial }}
{{- if not (kindIs "map" (get $map .)) }}{{ $_ := set $map . dict }}{{ end }}
{{- $map = get $map . }}
{{- end }}
{{- if or (not (hasKey $map $key)) (kindIs "invalid" (get $map $key)) }}
{{- $_ := set $map $key $default }}
{{- end }}
{{- end }}
{{- if not (kindIs "map" .Values.global) }}{{ $_ := set .Values "global" dict }}{{ end }}
{{- range $path := list "dsn.existingSecret" "dsn.file" "tls.existingSecret" "tls.configMap"
    "token.existingSecret" "migration.dsn.existingSecret" "migration.dsn.file"
    "migration.configMap" "migration.copyFrom.image" "migration.imageVolume.reference"
    "migration.backup.existingClaim" "migration.serviceAccountName"
    "persistence.existingClaim" "persistence.storageClass" "serviceAccount.name"
    "fullnameOverride" "extraEnv" "extraEnvFrom" "migration.extraEnv" "migration.extraEnvFrom"
    "serviceAccount.annotations"
    "migration.serviceAccount.annotations" "migration.priorityClassName" "imagePullSecrets" "priorityClassName" }}
{{- $key := splitList "." $path | last }}
{{- $map := $.Values }}
{{- range splitList "." $path | initial }}{{ $map = get $map . }}{{ end }}
{{- $value := get $map $key }}
{{- if not (contains "{{" (toYaml $value)) }}
{{- else if kindIs "string" $value }}{{ $_ := set $map $key (tpl $value $) }}
{{- else if kindIs "map" $value }}{{ $_ := set $map $key (tpl (toYaml $value) $ | fromYaml) }}
{{- else }}{{ $_ := set $map $key (tpl (toYaml $value) $ | fromYamlArray) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
