{{/*
What the pods share: the server's, the migration's, the test's. One helper for each part, so that
they cannot drift apart.
*/}}

{{/*
slipway.podBase: who a pod runs as, and where.
In: the root. Out: YAML of a part of a pod's spec.
*/}}
{{- define "slipway.podBase" -}}
automountServiceAccountToken: false
# A service named `database` would put DATABASE_PORT=tcp://… into every container.
enableServiceLinks: false
securityContext:
  {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with .Values.runtimeClassName }}
runtimeClassName: {{ . | quote }}
{{- end }}
{{- with .Values.dnsPolicy }}
dnsPolicy: {{ . }}
{{- end }}
{{- with .Values.dnsConfig }}
dnsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.hostAliases }}
hostAliases:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/*
slipway.containerBase: what a container that talks to the database has: rights, environment, files.
In: a dict of root and role (server, migrator). Out: YAML of a part of a container.
*/}}
{{- define "slipway.containerBase" -}}
{{- $values := .root.Values -}}
{{- $slipway := or (eq .role "migrator") (not (include "slipway.foreign" .root)) -}}
{{- /* What the values add is for Slipway; or for the service that takes its place. */ -}}
{{- $extras := or (eq .role "server") (not (include "slipway.foreign" .root)) -}}
{{- $own := eq .role "migrator" | ternary $values.migration (dict "extraEnv" list "extraEnvFrom" list "extraVolumeMounts" list) -}}
securityContext:
  {{- toYaml $values.securityContext | nindent 2 }}
terminationMessagePolicy: FallbackToLogsOnError
env:
  - name: DSN_FILE
    value: {{ include "slipway.dsnFile" . | quote }}
  {{- if and $slipway (include "slipway.path" .root) }}
  - name: MIGRATE_PATH
    value: {{ include "slipway.path" .root | quote }}
  {{- end }}
  {{- if and (eq .role "server") $values.dsn.env }}
  - name: {{ $values.dsn.env }}
    valueFrom:
      secretKeyRef:
        {{- include "slipway.dsnKey" (dict "root" .root "role" "server" "hook" false) | nindent 8 }}
  {{- end }}
  {{- if and (eq .role "server") $slipway (include "slipway.token" .root) }}
  - name: SLIPWAY_ADMIN_TOKEN_FILE
    value: /etc/slipway/token/token
  {{- end }}
  {{- with $extras | ternary $values.extraEnv list }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- with $own.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with concat ($extras | ternary $values.extraEnvFrom list) $own.extraEnvFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with include "slipway.mounts" (merge (dict "slipway" $slipway "extras" $extras "own" $own) .) }}
volumeMounts:
  {{- . | nindent 2 }}
{{- end }}
{{- end }}

{{/* slipway.mounts: the files of a container. In: the dict of containerBase. Out: YAML of a list. */}}
{{- define "slipway.mounts" -}}
{{- $values := .root.Values }}
{{- $mounts := list }}
{{- if not (include "slipway.dsnPath" .) }}
{{- $mounts = append $mounts (dict "name" (include "slipway.dsnVolume" .) "mountPath" "/etc/slipway/dsn" "readOnly" true) }}
{{- end }}
{{- if or $values.tls.existingSecret $values.tls.configMap }}
{{- $mounts = append $mounts (dict "name" "tls" "mountPath" "/etc/slipway/tls" "readOnly" true) }}
{{- end }}
{{- if and .slipway (include "slipway.madeConfig" .root) }}
{{- $mounts = append $mounts (dict "name" "config" "mountPath" "/etc/slipway/config" "readOnly" true) }}
{{- end }}
{{- if and .slipway (include "slipway.migrationsVolume" .root) }}
{{- $mount := dict "name" "migrations" "mountPath" (include "slipway.path" .root) "readOnly" true }}
{{- with $values.migration.imageVolume.subPath }}{{ $_ := set $mount "subPath" . }}{{ end }}
{{- $mounts = append $mounts $mount }}
{{- end }}
{{- if and (eq .role "server") .slipway (include "slipway.token" .root) }}
{{- $mounts = append $mounts (dict "name" "token" "mountPath" "/etc/slipway/token" "readOnly" true) }}
{{- end }}
{{- if and (eq .role "server") (eq (include "slipway.embedded" .root) "sqlite") }}
{{- $mounts = append $mounts (dict "name" "data" "mountPath" "/data") }}
{{- end }}
{{- with concat $mounts (.extras | ternary $values.extraVolumeMounts list) .own.extraVolumeMounts }}
{{- toYaml . }}
{{- end }}
{{- end }}

{{/*
slipway.volumes: the volumes of a pod.
In: a dict of root, roles (those of its containers), hook (true: mount the hook's copies).
Out: YAML of a list, or nothing.
*/}}
{{- define "slipway.volumes" -}}
{{- $root := .root }}
{{- $values := .root.Values }}
{{- $hook := .hook }}
{{- $server := has "server" .roles }}
{{- $migrator := has "migrator" .roles }}
{{- $foreign := include "slipway.foreign" .root }}
{{- $slipway := or $migrator (not $foreign) }}
{{- $volumes := list }}
{{- $seen := list }}
{{- range $role := .roles }}
{{- $asked := dict "root" $root "role" $role "hook" $hook }}
{{- $name := include "slipway.dsnVolume" $asked }}
{{- if and (not (include "slipway.dsnPath" $asked)) (not (has $name $seen)) }}
{{- $seen = append $seen $name }}
{{- $key := include "slipway.dsnKey" $asked | fromYaml }}
{{- $volumes = append $volumes (dict "name" $name "secret" (dict "secretName" $key.name "items" (list (dict "key" $key.key "path" "dsn")))) }}
{{- end }}
{{- end }}
{{- if or $values.tls.existingSecret $values.tls.configMap }}
{{- $sources := list }}
{{- with $values.tls.configMap }}{{ $sources = append $sources (dict "configMap" (dict "name" .)) }}{{ end }}
{{- with $values.tls.existingSecret }}{{ $sources = append $sources (dict "secret" (dict "name" .)) }}{{ end }}
{{- $volumes = append $volumes (dict "name" "tls" "projected" (dict "sources" $sources)) }}
{{- end }}
{{- if and $slipway (include "slipway.madeConfig" $root) }}
{{- $volumes = append $volumes (dict "name" "config" "configMap" (dict "name" (include "slipway.configName" .))) }}
{{- end }}
{{- if $slipway }}
{{- with include "slipway.migrationsVolume" $root }}
{{- $source := . | fromYaml }}
{{- if $source.made }}{{ $source = dict "configMap" (dict "name" (include "slipway.migrationsName" (dict "root" $root "hook" $hook))) }}{{ end }}
{{- $volumes = append $volumes (merge (dict "name" "migrations") $source) }}
{{- end }}
{{- end }}
{{- if and $server (not $foreign) (include "slipway.token" $root) }}
{{- $key := include "slipway.tokenKey" $root | fromYaml }}
{{- $volumes = append $volumes (dict "name" "token" "secret" (dict "secretName" $key.name "items" (list (dict "key" $key.key "path" "token")))) }}
{{- end }}
{{- if and $server (eq (include "slipway.embedded" $root) "sqlite") }}
{{- $claim := $values.persistence.existingClaim | default (include "slipway.suffixed" (list $root "data")) }}
{{- $source := dict "persistentVolumeClaim" (dict "claimName" $claim) }}
{{- if not $values.persistence.enabled }}{{ $source = dict "emptyDir" dict }}{{ end }}
{{- $volumes = append $volumes (merge (dict "name" "data") $source) }}
{{- end }}
{{- if or $server (not $foreign) }}
{{- $volumes = concat $volumes $values.extraVolumes }}
{{- end }}
{{- if $migrator }}
{{- $volumes = concat $volumes $values.migration.extraVolumes }}
{{- end }}
{{- with $volumes }}
{{- toYaml . }}
{{- end }}
{{- end }}

{{/*
The DSN of a role. In: a dict of root, role, and for dsnKey hook. The migrator has one of its own
where the values give one.
*/}}
{{- define "slipway.ownDsn" -}}
{{- $own := .root.Values.migration.dsn }}
{{- if and (eq .role "migrator") (or $own.value $own.existingSecret $own.file) }}true{{ end }}
{{- end }}

{{/* slipway.dsnVolume: the name of the volume that holds it. */}}
{{- define "slipway.dsnVolume" -}}
{{- if include "slipway.ownDsn" . }}migrator-dsn{{ else }}dsn{{ end }}
{{- end }}

{{/* slipway.dsnPath: the file that the values name for it, if they do. */}}
{{- define "slipway.dsnPath" -}}
{{- if include "slipway.ownDsn" . }}{{ .root.Values.migration.dsn.file }}
{{- else }}{{ .root.Values.dsn.file }}
{{- end }}
{{- end }}

{{/* slipway.dsnFile: where a container finds it. */}}
{{- define "slipway.dsnFile" -}}
{{- include "slipway.dsnPath" . | default "/etc/slipway/dsn/dsn" }}
{{- end }}

{{/* slipway.dsnKey: the Secret and the key that hold it. Out: YAML of a map of name and key. */}}
{{- define "slipway.dsnKey" -}}
{{- $dsn := .root.Values.dsn }}
{{- if include "slipway.ownDsn" . }}{{ $dsn = .root.Values.migration.dsn }}{{ end }}
{{- if $dsn.existingSecret -}}
name: {{ $dsn.existingSecret | quote }}
key: {{ $dsn.key | quote }}
{{- else -}}
name: {{ include "slipway.secretName" . | quote }}
key: {{ include "slipway.dsnVolume" . }}
{{- end }}
{{- end }}

{{/*
The names of what the chart makes. In: a dict of root and hook (true: of the copy for the hook).
*/}}
{{- define "slipway.secretName" -}}
{{- if .hook }}{{ include "slipway.suffixed" (list .root "hook") }}{{ else }}{{ include "slipway.fullname" .root }}{{ end }}
{{- end }}
{{- define "slipway.configName" -}}
{{- if .hook }}{{ include "slipway.suffixed" (list .root "hook") }}{{ else }}{{ include "slipway.fullname" .root }}{{ end }}
{{- end }}
{{- define "slipway.migrationsName" -}}
{{- include "slipway.suffixed" (list .root (.hook | ternary "migrations-hook" "migrations")) }}
{{- end }}

{{/* Whether there is such a thing. In: the root. */}}
{{- define "slipway.token" -}}
{{- if or .Values.token.value .Values.token.existingSecret }}true{{ end }}
{{- end }}
{{- define "slipway.tokenKey" -}}
{{- if .Values.token.existingSecret -}}
name: {{ .Values.token.existingSecret | quote }}
key: {{ .Values.token.key | quote }}
{{- else -}}
name: {{ include "slipway.fullname" . | quote }}
key: token
{{- end }}
{{- end }}
{{- define "slipway.madeConfig" -}}
{{- if or .Values.config .Values.files }}true{{ end }}
{{- end }}

{{/* slipway.path: the folder of migrations that are not Slipway's own. In: the root. */}}
{{- define "slipway.path" -}}
{{- if .Values.migration.path }}{{ .Values.migration.path }}
{{- else if include "slipway.migrationsVolume" . }}/migrations
{{- end }}
{{- end }}

{{/*
slipway.migrationsVolume: where the files of migrations come from.
In: the root. Out: YAML of a volume's source, `made: true` for the chart's own ConfigMap, or nothing.
*/}}
{{- define "slipway.migrationsVolume" -}}
{{- $migration := .Values.migration }}
{{- if $migration.files }}made: true
{{- else if $migration.configMap }}{{ dict "configMap" (dict "name" $migration.configMap) | toYaml }}
{{- else if $migration.imageVolume.reference }}{{ dict "image" (omit $migration.imageVolume "subPath") | toYaml }}
{{- else if $migration.copyFrom.image }}{{ dict "emptyDir" dict | toYaml }}
{{- end }}
{{- end }}

{{/*
slipway.migrator: the container that migrates, or waits until somebody has.
In: a dict of root, name, and args after `migrate sql`. Out: YAML of a container.
*/}}
{{- define "slipway.migrator" -}}
{{- $values := .root.Values -}}
name: {{ .name }}
image: {{ include "slipway.migrationImage" .root | quote }}
imagePullPolicy: {{ $values.migration.image.pullPolicy }}
command: [java, "@/slipway/migrate.args"]
args:
  - migrate
  - sql
  {{- toYaml .args | nindent 2 }}
  - --read-from-env
  - --wait={{ $values.migration.wait | int }}s
  - --timeout={{ $values.migration.timeout | int }}s
  {{- if $values.config }}
  - --config=/etc/slipway/config/slipway.yaml
  {{- end }}
{{ include "slipway.containerBase" (dict "root" .root "role" "migrator") }}
resources:
  {{- toYaml $values.migration.resources | nindent 2 }}
{{- end }}
