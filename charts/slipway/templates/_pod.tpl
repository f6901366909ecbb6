{{/*
What the pods share: the server's, the migration's, the test's. One helper for each part, so that
they cannot drift apart.
*/}}

{{/*
slipway.podMetadata: labels and annotations of a pod.
In: a dict of root, component, labels, annotations (of the values), own (annotations of the chart,
optional). Out: YAML of what stands below `metadata:`.
*/}}
{{- define "slipway.podMetadata" -}}
{{- $own := include "slipway.selectorLabels" (list .root .component) | fromYaml -}}
labels:
  {{- mergeOverwrite dict .root.Values.commonLabels .labels $own | toYaml | nindent 2 }}
{{- with mergeOverwrite dict .root.Values.commonAnnotations .annotations (.own | default dict) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/*
slipway.podBase: the user that a pod runs as, and its node constraints.
In: a dict of root and own, the values that take precedence over those for every pod.
Out: YAML of a part of a pod's spec.
*/}}
{{- define "slipway.podBase" -}}
{{- $values := .root.Values -}}
# A service named `database` would put DATABASE_PORT=tcp://… into every container.
enableServiceLinks: false
securityContext:
  {{- include "slipway.security" (list .root (.own.podSecurityContext
      | default $values.podSecurityContext)) | nindent 2 }}
{{- with include "slipway.pullSecrets" .root }}
imagePullSecrets:
  {{- . | nindent 2 }}
{{- end }}
{{- with .own.nodeSelector | default $values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .own.tolerations | default $values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .own.priorityClassName | default $values.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with $values.runtimeClassName }}
runtimeClassName: {{ . | quote }}
{{- end }}
{{- with $values.dnsPolicy }}
dnsPolicy: {{ . }}
{{- end }}
{{- with $values.dnsConfig }}
dnsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.hostAliases }}
hostAliases:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/*
slipway.security: a security context, without what the cluster assigns on request.
In: a list of the root and the context. Out: YAML of a map.
*/}}
{{- define "slipway.security" -}}
{{- $context := index . 1 }}
{{- if (index . 0).Values.omitRunAsUser }}
{{- $context = omit $context "runAsUser" "runAsGroup" "fsGroup" }}
{{- end }}
{{- toYaml $context }}
{{- end }}

{{/*
slipway.pullSecrets: the Secrets for the registries, those of a parent chart included.
In: the root. Out: YAML of a list, or "".
*/}}
{{- define "slipway.pullSecrets" -}}
{{- $secrets := .Values.imagePullSecrets }}
{{- range .Values.global.imagePullSecrets }}
{{- $secrets = append $secrets (kindIs "map" . | ternary . (dict "name" .)) }}
{{- end }}
{{- with $secrets | uniq }}
{{- toYaml . }}
{{- end }}
{{- end }}

{{/*
slipway.containerBase: what a container that talks to the database has: rights, environment, files.
In: a dict of root and role: server, migrator, or reader, which reads the schema's state with the
DSN of the servers. Out: YAML of a part of a container.
*/}}
{{- define "slipway.containerBase" -}}
{{- $values := .root.Values -}}
{{- $slipway := include "slipway.isSlipway" . -}}
securityContext:
  {{- $security := $values.securityContext }}
  {{- if eq .role "migrator" }}
  {{- $security = $values.migration.securityContext | default $security }}
  {{- end }}
  {{- include "slipway.security" (list .root $security) | nindent 2 }}
terminationMessagePolicy: FallbackToLogsOnError
env:
  {{- if $values.dsn.parts.type }}
  {{- include "slipway.dsnParts" . | nindent 2 }}
  {{- else }}
  - name: DSN_FILE
    value: {{ include "slipway.dsnFile" . | quote }}
  {{- end }}
  {{- if and $slipway (include "slipway.path" .root) }}
  - name: MIGRATE_PATH
    value: {{ include "slipway.path" .root | quote }}
  {{- end }}
  {{- if and (eq .role "server") $values.dsn.env }}
  - name: {{ $values.dsn.env | quote }}
    valueFrom:
      secretKeyRef:
        {{- include "slipway.dsnKey" (dict "root" .root "role" "server" "hook" false) | nindent 8 }}
  {{- end }}
  {{- if and (eq .role "server") (include "slipway.hasToken" .root) }}
  - name: SLIPWAY_ADMIN_TOKEN_FILE
    value: /etc/slipway/token/token
  {{- end }}
  {{- $env := list }}
  {{- $from := list }}
  {{- if include "slipway.takesExtras" . }}
  {{- $env = $values.extraEnv }}
  {{- $from = $values.extraEnvFrom }}
  {{- end }}
  {{- if or (eq .role "migrator") (and (eq .role "reader")
      (not (include "slipway.ownDsn" (dict "root" .root "role" "migrator")))) }}
  {{- $env = concat $env $values.migration.extraEnv }}
  {{- $from = concat $from $values.migration.extraEnvFrom }}
  {{- end }}
  {{- with $env }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- if .noted }}
  - {{ include "slipway.note" .root | nindent 4 | trim }}
  {{- end }}
{{- with $from }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with include "slipway.mounts" . }}
volumeMounts:
  {{- . | nindent 2 }}
{{- end }}
{{- end }}

{{/*
slipway.describe: the command that shows why a migration failed: what Kubernetes reports, which Helm
does not print. In: the root.
*/}}
{{- define "slipway.describe" -}}
{{- $labels := list }}
{{- range $label, $value := include "slipway.selectorLabels" (list . "migrate") | fromYaml }}
{{- $labels = append $labels (printf "%s=%s" $label $value) }}
{{- end -}}
kubectl describe job,pod --namespace {{ include "slipway.namespace" . }} --selector {{ join "," $labels }}
{{- end }}

{{/* slipway.note: the variable with what Slipway logs first. In: the root. Out: YAML of a map. */}}
{{- define "slipway.note" -}}
name: SLIPWAY_NOTE
value: {{ printf "if this fails, see what Kubernetes reports: %s" (include "slipway.describe" .) | quote }}
{{- end }}

{{/*
Of a role: whether its container is Slipway, and whether it gets the extra variables and volumes,
which are Slipway's as server and migrator alike, or those of the service that serves in its place.
In: a dict of root and role. Out: "true" or "".
*/}}
{{- define "slipway.isSlipway" -}}
{{- if or (ne .role "server") (not (include "slipway.foreign" .root)) }}true{{ end }}
{{- end }}
{{- define "slipway.takesExtras" -}}
{{- if or (eq .role "server") (not (include "slipway.foreign" .root)) }}true{{ end }}
{{- end }}

{{/*
slipway.takesMigratorVolumes: whether a role gets the migrator's extra volumes. A reader does not if
one of them holds the migrator's own DSN. In: a dict of root and role. Out: "true" or "".
*/}}
{{- define "slipway.takesMigratorVolumes" -}}
{{- if or (eq .role "migrator") (and (eq .role "reader") (not .root.Values.migration.dsn.file)) -}}
true
{{- end }}
{{- end }}

{{/*
slipway.mounts: a container's files.
In: a dict of root and role. Out: YAML of a list, or "".
*/}}
{{- define "slipway.mounts" -}}
{{- $values := .root.Values }}
{{- $slipway := include "slipway.isSlipway" . }}
{{- $mounts := list }}
{{- if not (or $values.dsn.parts.type (include "slipway.dsnPath" .)) }}
{{- $mounts = append $mounts (dict "name" (include "slipway.dsnVolume" .)
    "mountPath" "/etc/slipway/dsn" "readOnly" true) }}
{{- end }}
{{- if include "slipway.hasTls" .root }}
{{- $mounts = append $mounts (dict "name" "tls" "mountPath" "/etc/slipway/tls" "readOnly" true) }}
{{- end }}
{{- if and $slipway (include "slipway.hasConfig" .root) }}
{{- $mounts = append $mounts (dict "name" "config" "mountPath" "/etc/slipway/config"
    "readOnly" true) }}
{{- end }}
{{- if and $slipway (include "slipway.migrationsVolume" .root) }}
{{- $mount := dict "name" "migrations" "mountPath" (include "slipway.path" .root) "readOnly" true }}
{{- with $values.migration.imageVolume.subPath }}{{ $_ := set $mount "subPath" . }}{{ end }}
{{- $mounts = append $mounts $mount }}
{{- end }}
{{- if and (eq .role "server") (include "slipway.hasToken" .root) }}
{{- $mounts = append $mounts (dict "name" "token" "mountPath" "/etc/slipway/token"
    "readOnly" true) }}
{{- end }}
{{- if and (eq .role "server") (eq (include "slipway.embedded" .root) "sqlite") }}
{{- $mounts = append $mounts (dict "name" "data" "mountPath" "/data") }}
{{- end }}
{{- if or (include "slipway.takesExtras" .) (and (eq .role "reader") $values.dsn.file) }}
{{- $mounts = concat $mounts $values.extraVolumeMounts }}
{{- end }}
{{- $paths := list }}
{{- range $mounts }}{{ $paths = append $paths .mountPath }}{{ end }}
{{- if include "slipway.takesMigratorVolumes" . }}
{{- range $values.migration.extraVolumeMounts }}
{{- if not (and (eq $.role "reader") (has .mountPath $paths)) }}
{{- $mounts = append $mounts . }}
{{- end }}
{{- end }}
{{- end }}
{{- with $mounts }}
{{- toYaml . }}
{{- end }}
{{- end }}

{{/*
slipway.volumes: the volumes of a pod.
In: a dict of root, roles (those of its containers), hook (true: mount the hook's copies).
Out: YAML of a list, or "".
*/}}
{{- define "slipway.volumes" -}}
{{- $root := .root }}
{{- $values := .root.Values }}
{{- $hook := .hook }}
{{- $server := has "server" .roles }}
{{- $foreign := include "slipway.foreign" .root }}
{{- $slipway := or (has "migrator" .roles) (has "reader" .roles) (not $foreign) }}
{{- $volumes := list }}
{{- $named := list }}
{{- range $role := .roles }}
{{- $asked := dict "root" $root "role" $role "hook" $hook }}
{{- $name := include "slipway.dsnVolume" $asked }}
{{- if not (or $values.dsn.parts.type (include "slipway.dsnPath" $asked) (has $name $named)) }}
{{- $named = append $named $name }}
{{- $key := include "slipway.dsnKey" $asked | fromYaml }}
{{- $volumes = append $volumes (include "slipway.keyVolume"
    (dict "volume" $name "secret" $key.name "key" $key.key "file" "dsn") | fromYaml) }}
{{- end }}
{{- end }}
{{- if include "slipway.hasTls" $root }}
{{- /* If both have ca.crt, the last one counts. cert-manager's Secret has its issuer's. */}}
{{- $sources := list }}
{{- with $values.tls.existingSecret }}
{{- $sources = append $sources (dict "secret" (dict "name" .)) }}
{{- end }}
{{- with $values.tls.configMap }}
{{- $sources = append $sources (dict "configMap" (dict "name" .)) }}
{{- end }}
{{- /* 0440: libpq refuses a key that others may read. */}}
{{- $volumes = append $volumes (dict "name" "tls"
    "projected" (dict "sources" $sources "defaultMode" 288)) }}
{{- end }}
{{- if and $slipway (include "slipway.hasConfig" $root) }}
{{- $volumes = append $volumes (dict "name" "config"
    "configMap" (dict "name" (include "slipway.configName" .))) }}
{{- end }}
{{- if and $slipway (include "slipway.migrationsVolume" $root) }}
{{- $source := include "slipway.migrationsVolume" $root | fromYaml }}
{{- if $values.migration.files }}
{{- $source = dict "configMap" (dict "name" (include "slipway.migrationsName" .)) }}
{{- end }}
{{- $volumes = append $volumes (merge (dict "name" "migrations") $source) }}
{{- end }}
{{- if and $server (include "slipway.hasToken" $root) }}
{{- $key := include "slipway.tokenKey" $root | fromYaml }}
{{- $volumes = append $volumes (include "slipway.keyVolume"
    (dict "volume" "token" "secret" $key.name "key" $key.key "file" "token") | fromYaml) }}
{{- end }}
{{- if and $server (eq (include "slipway.embedded" $root) "sqlite") }}
{{- $claim := $values.persistence.existingClaim
    | default (include "slipway.claimName" $root) }}
{{- $source := dict "persistentVolumeClaim" (dict "claimName" $claim) }}
{{- if not $values.persistence.enabled }}{{ $source = dict "emptyDir" dict }}{{ end }}
{{- $volumes = append $volumes (merge (dict "name" "data") $source) }}
{{- end }}
{{- if or $server (not $foreign) }}
{{- $volumes = concat $volumes $values.extraVolumes }}
{{- end }}
{{- $extra := dict }}
{{- range $role := .roles }}
{{- if include "slipway.takesMigratorVolumes" (dict "root" $root "role" $role) }}
{{- $_ := set $extra "taken" true }}
{{- end }}
{{- end }}
{{- if $extra.taken }}
{{- $names := list }}
{{- range $volumes }}{{ $names = append $names .name }}{{ end }}
{{- range $values.migration.extraVolumes }}
{{- if not (and $server (has .name $names)) }}{{ $volumes = append $volumes . }}{{ end }}
{{- end }}
{{- end }}
{{- with $volumes }}
{{- toYaml . }}
{{- end }}
{{- end }}

{{/*
slipway.keyVolume: one key of a Secret as a folder with one file; a folder follows the Secret when
that changes, a single file (subPath) would not.
In: a dict of volume, secret, key, file. Out: YAML of a volume.
*/}}
{{- define "slipway.keyVolume" -}}
name: {{ .volume }}
secret:
  secretName: {{ .secret | quote }}
  items:
    - key: {{ .key | quote }}
      path: {{ .file }}
{{- end }}

{{/*
The DSN of a role. In: a dict of root, role, and for dsnKey hook. The migrator has one of its own
where the values give one.
*/}}
{{- define "slipway.ownDsn" -}}
{{- $own := .root.Values.migration.dsn }}
{{- if and (eq .role "migrator") (or $own.value $own.existingSecret $own.file) }}true{{ end }}
{{- end }}

{{/*
slipway.dsnParts: the variables of a DSN whose parts are in separate keys. In: a dict of root, role.
Out: YAML of a list.
*/}}
{{- define "slipway.dsnParts" -}}
{{- $parts := .root.Values.dsn.parts }}
{{- $secret := (include "slipway.dsnKey" (dict "root" .root "role" .role "hook" false) | fromYaml).name }}
{{- $given := dict "DATABASE_TYPE" (list $parts.type "")
    "DATABASE_HOST" (list $parts.host $parts.hostKey)
    "DATABASE_PORT" (list $parts.port $parts.portKey)
    "DATABASE_NAME" (list $parts.name $parts.nameKey)
    "DATABASE_PARAMETERS" (list $parts.parameters "")
    "DATABASE_USERNAME" (list "" $parts.usernameKey)
    "DATABASE_PASSWORD" (list "" $parts.passwordKey) }}
{{- $variables := list }}
{{- range $name, $each := $given }}
{{- if index $each 1 }}
{{- $variables = append $variables (dict "name" $name "valueFrom" (dict "secretKeyRef"
    (dict "name" $secret "key" (index $each 1)))) }}
{{- else if index $each 0 }}
{{- $variables = append $variables (dict "name" $name "value" (tpl (index $each 0) $.root)) }}
{{- end }}
{{- end }}
{{- toYaml $variables }}
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
The names of what the chart makes: of the Secret, of the ConfigMaps of settings and of migrations.
In: a dict of root and hook (true: of the copy for the hook).
*/}}
{{- define "slipway.secretName" -}}
{{- if .hook }}{{ include "slipway.hookName" (list .root "migrate") }}
{{- else }}{{ include "slipway.fullname" .root }}
{{- end }}
{{- end }}
{{- define "slipway.configName" -}}
{{- $name := include "slipway.fullname" .root }}
{{- if .hook }}{{ include "slipway.hookName" (list .root "migrate") }}
{{- /* FULLNAME-migrations of another release may have this name. */}}
{{- else if hasSuffix "-migrations" $name }}{{ include "slipway.roleName" (list .root "config") }}
{{- else }}{{ $name }}
{{- end }}
{{- end }}
{{- define "slipway.migrationsName" -}}
{{- if .hook }}{{ include "slipway.hookName" (list .root "migrations") }}
{{- /* Never too long: a ConfigMap's name may have 253 characters. */}}
{{- else }}{{ include "slipway.fullname" .root }}-migrations
{{- end }}
{{- end }}

{{/* slipway.tokenKey: likewise of the token. In: the root. */}}
{{- define "slipway.tokenKey" -}}
{{- if .Values.token.existingSecret -}}
name: {{ .Values.token.existingSecret | quote }}
key: {{ .Values.token.key | quote }}
{{- else -}}
name: {{ include "slipway.fullname" . | quote }}
key: token
{{- end }}
{{- end }}

{{/* Whether there is such a thing. In: the root. Out: "true" or "". */}}
{{- define "slipway.hasToken" -}}
{{- if and (not (include "slipway.foreign" .))
    (or .Values.token.value .Values.token.existingSecret) }}true{{ end }}
{{- end }}
{{- define "slipway.hasConfig" -}}
{{- if or .Values.config .Values.files }}true{{ end }}
{{- end }}
{{- define "slipway.hasTls" -}}
{{- if or .Values.tls.existingSecret .Values.tls.configMap }}true{{ end }}
{{- end }}

{{/* slipway.path: the folder of migrations that are not Slipway's own. In: the root. */}}
{{- define "slipway.path" -}}
{{- if .Values.migration.path }}{{ .Values.migration.path }}
{{- else if include "slipway.migrationsVolume" . }}/migrations
{{- end }}
{{- end }}

{{/*
slipway.migrationsVolume: where the files of migrations come from, unless they are in the image.
In: the root. Out: YAML of a volume's source, or "".
*/}}
{{- define "slipway.migrationsVolume" -}}
{{- $migration := .Values.migration }}
{{- if or $migration.files $migration.configMap }}
{{- dict "configMap" (dict "name" $migration.configMap) | toYaml }}
{{- else if $migration.imageVolume.reference }}
{{- dict "image" (dict "reference"
    (include "slipway.inRegistry" (list . $migration.imageVolume.reference))
    "pullPolicy" $migration.imageVolume.pullPolicy) | toYaml }}
{{- else if include "slipway.copyImage" . }}
{{- dict "emptyDir" dict | toYaml }}
{{- end }}
{{- end }}

{{/*
slipway.copy: the init container that fills the folder of migrations, where an image has them.
In: the root. Out: YAML of a container, or "".
*/}}
{{- define "slipway.copy" -}}
{{- $copy := .Values.migration.copyFrom }}
{{- with include "slipway.copyImage" . -}}
name: copy-migrations
image: {{ . | quote }}
imagePullPolicy: {{ $copy.pullPolicy | default $.Values.image.pullPolicy }}
# -f: when the pod starts again, the copies exist, and may be read-only.
command: [cp, -R, -f, {{ printf "%s/." ($copy.path | default "/migrations" | trimSuffix "/") | quote }},
  /copied]
terminationMessagePolicy: FallbackToLogsOnError
securityContext:
  {{- include "slipway.security" (list $ ($.Values.migration.securityContext
      | default $.Values.securityContext)) | nindent 2 }}
volumeMounts:
  - name: migrations
    mountPath: /copied
resources:
  {{- toYaml $.Values.migration.resources | nindent 2 }}
{{- end }}
{{- end }}

{{/*
slipway.migrator: a container with Slipway's command line.
In: a dict of root, name, args, role (by default migrator), and noted (true: first logs how to find
the migration's objects). Out: YAML of a container.
*/}}
{{- define "slipway.migrator" -}}
{{- $values := .root.Values -}}
name: {{ .name }}
image: {{ include "slipway.migrationImage" .root | quote }}
imagePullPolicy: {{ $values.migration.image.pullPolicy }}
command: [java, "@/slipway/migrate.args"]
args:
  {{- toYaml .args | nindent 2 }}
  {{- if $values.config }}
  - --config=/etc/slipway/config/slipway.yaml
  {{- end }}
{{ include "slipway.containerBase" (dict "root" .root "role" (.role | default "migrator")
    "noted" .noted) }}
resources:
  {{- toYaml $values.migration.resources | nindent 2 }}
{{- end }}

{{/*
The arguments that change the schema (In: a list of the root and the verb: up, or repair, which
clears what a failed run left), and those that wait until another migrator has (In: the root).
Out: YAML of a list.
*/}}
{{- define "slipway.changeArgs" -}}
{{- $migration := (index . 0).Values.migration -}}
[migrate, sql, {{ index . 1 }}, --read-from-env, --yes, --wait={{ $migration.wait | int }}s,
  --timeout={{ $migration.timeout | int }}s]
{{- end }}
{{- define "slipway.upArgs" -}}
{{- concat (include "slipway.changeArgs" (list . "up") | fromYamlArray) .Values.migration.extraArgs
    | toYaml }}
{{- end }}
{{- define "slipway.awaitArgs" -}}
{{- $timeout := .Values.migration.timeout | int -}}
[migrate, sql, status, --read-from-env, --block, --wait={{ $timeout }}s, --timeout={{ $timeout }}s]
{{- end }}
