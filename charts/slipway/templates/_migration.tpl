{{/* slipway.migrationJob: the Job's spec. In: a dict of root, hook. */}}
{{- define "slipway.migrationJob" -}}
{{- $values := .root.Values -}}
{{- $migration := .root.Values.migration -}}
backoffLimit: {{ $migration.backoffLimit | int }}
# Later than the migrator's own deadline: here Kubernetes deletes the pod, and its words with it.
activeDeadlineSeconds: {{ include "slipway.jobDeadline" .root }}
{{- if and .hook (not (kindIs "invalid" $migration.ttlSecondsAfterFinished)) }}
ttlSecondsAfterFinished: {{ $migration.ttlSecondsAfterFinished | int }}
{{- end }}
podFailurePolicy:
  rules:
    # A drained node is no failure of the migration, whatever the exit code.
    - action: Ignore
      onPodConditions:
        - type: DisruptionTarget
          status: "True"
    # 5: try again. Everything else, such as a failed migration or 137 (out of memory), fails again.
    {{- range $container := include "slipway.migrators" .root | fromYamlArray }}
    - action: FailJob
      onExitCodes:
        containerName: {{ $container }}
        operator: NotIn
        values: [5]
    {{- end }}
    {{- range $container := include "slipway.preparers" .root | fromYamlArray }}
    - action: FailJob
      onExitCodes:
        containerName: {{ $container }}
        operator: NotIn
        values: [0]
    {{- end }}
template:
  metadata:
    {{- include "slipway.podMetadata" (dict "root" .root "component" "migrate"
        "labels" $migration.podLabels "annotations" $migration.podAnnotations) | nindent 4 }}
  spec:
    restartPolicy: Never
    # Before the Job's: Kubernetes keeps a pod that ends at its own deadline.
    activeDeadlineSeconds: {{ sub (include "slipway.jobDeadline" .root | int) 5 }}
    terminationGracePeriodSeconds: {{ $migration.terminationGracePeriodSeconds | int }}
    {{- with include "slipway.migrationAccount" .root }}
    serviceAccountName: {{ . | quote }}
    {{- end }}
    {{- include "slipway.migratorPod" .root | nindent 4 }}
    {{- with include "slipway.beforeMigration" .root }}
    initContainers:
      {{- . | nindent 6 }}
    {{- end }}
    containers:
      - {{ include "slipway.migrator" (dict "root" .root "name" "migrate" "noted" true
          "args" (include "slipway.upArgs" .root | fromYamlArray))
          | nindent 8 | trim }}
    {{- $volumes := include "slipway.volumes"
        (dict "root" .root "roles" (list "migrator") "hook" .hook) | fromYamlArray }}
    {{- if $migration.backup.enabled }}
    {{- $volumes = append $volumes (dict "name" "backup"
        "persistentVolumeClaim" (dict "claimName" $migration.backup.existingClaim)) }}
    {{- end }}
    {{- with $volumes }}
    volumes:
      {{- toYaml . | nindent 6 }}
    {{- end }}
{{- end }}

{{/*
slipway.migratorPod: the user and the node constraints of a pod with a migrator. In: the root. Out:
YAML of a part of a pod's spec.
*/}}
{{- define "slipway.migratorPod" -}}
{{- $migration := .Values.migration -}}
automountServiceAccountToken: false
{{ include "slipway.podBase" (dict "root" . "own" (dict
    "podSecurityContext" $migration.podSecurityContext "nodeSelector" $migration.nodeSelector
    "tolerations" $migration.tolerations "priorityClassName" $migration.priorityClassName)) }}
{{- with $migration.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/*
slipway.migrators: the containers of the Job that end with Slipway's exit codes.
In: the root. Out: YAML of a list of names.
*/}}
{{- define "slipway.migrators" -}}
- migrate
{{- if include "slipway.awaitsDatabase" . }}
- await-database
{{- end }}
{{- if .Values.migration.repair }}
- repair
{{- end }}
{{- end }}

{{/*
slipway.preparers: the other containers of the chart in the Job. In: the root. Out: YAML of a list of
names.
*/}}
{{- define "slipway.preparers" -}}
{{- if include "slipway.copyImage" . }}
- copy-migrations
{{- end }}
{{- if .Values.migration.backup.enabled }}
- backup
{{- end }}
{{- end }}

{{/*
slipway.awaitsDatabase: whether the Job has a container that waits for the database: before a backup,
and in mode job also for the role and the database, which come with the release.
In: the root. Out: "true" or "".
*/}}
{{- define "slipway.awaitsDatabase" -}}
{{- if or .Values.migration.backup.enabled (and (eq (include "slipway.mode" .) "job")
    (int .Values.migration.wait)) }}true{{ end }}
{{- end }}

{{/*
slipway.jobDeadline: seconds until the Job ends, whatever it does.
In: the root. Out: a number.
*/}}
{{- define "slipway.jobDeadline" -}}
{{- $migration := .Values.migration }}
{{- $before := 0 }}
{{- if include "slipway.awaitsDatabase" . }}{{ $before = add $before $migration.wait }}{{ end }}
{{- if $migration.backup.enabled }}{{ $before = add $before $migration.backup.timeout }}{{ end }}
{{- add $before $migration.timeout 30 }}
{{- end }}

{{/*
slipway.beforeMigration: what starts before the migrator in its Job.
In: the root. Out: YAML of a list of containers, or "".
*/}}
{{- define "slipway.beforeMigration" -}}
{{- $migration := .Values.migration }}
{{- include "slipway.besideMigrator" . }}
{{- if include "slipway.awaitsDatabase" . }}
{{- $args := list "database" "wait" "--read-from-env"
    (printf "--timeout=%ds" (int $migration.wait)) }}
{{- if eq (include "slipway.mode" .) "job" }}{{ $args = append $args "--retry-login" }}{{ end }}
- {{ include "slipway.migrator" (dict "root" . "name" "await-database" "args" $args)
    | nindent 2 | trim }}
{{- end }}
{{- if $migration.backup.enabled }}
- {{ include "slipway.backup" . | nindent 2 | trim }}
{{- end }}
{{- if $migration.repair }}
- {{ include "slipway.migrator" (dict "root" . "name" "repair"
    "args" (include "slipway.changeArgs" (list . "repair") | fromYamlArray)) | nindent 2 | trim }}
{{- end }}
{{- end }}

{{/*
slipway.besideMigrator: what a migrator needs, whatever it does: sidecars, and its files.
In: the root. Out: YAML of a list of containers, or "".
*/}}
{{- define "slipway.besideMigrator" -}}
{{- include "slipway.migrationSidecars" . }}
{{- with .Values.migration.extraInitContainers }}
{{ toYaml . }}
{{- end }}
{{- with include "slipway.copy" . }}
- {{ . | nindent 2 | trim }}
{{- end }}
{{- end }}

{{/*
slipway.migrationSidecars: what runs beside the migrator: native sidecars, which do not keep a pod
alive.
In: the root. Out: YAML of a list of containers, or "".
*/}}
{{- define "slipway.migrationSidecars" -}}
{{- range $sidecar := .Values.migration.sidecars }}
- {{ merge (dict "restartPolicy" "Always") $sidecar | toYaml | nindent 2 | trim }}
{{- end }}
{{- end }}

{{/*
slipway.backup: the container that dumps the database.
In: the root. Out: YAML of a container.
*/}}
{{- define "slipway.backup" -}}
{{- $backup := .Values.migration.backup -}}
{{- $base := include "slipway.containerBase" (dict "root" . "role" "migrator") | fromYaml -}}
{{- $mounts := append ($base.volumeMounts | default list) (dict "name" "backup" "mountPath" "/backup") -}}
name: backup
image: {{ include "slipway.inRegistry" (list . $backup.image) | quote }}
imagePullPolicy: {{ $backup.pullPolicy }}
{{- if $backup.command }}
command:
  {{- toYaml $backup.command | nindent 2 }}
{{- else }}
command: [sh, -euc]
args:
  - |
    set -f
    # Dumps hold the data: for their owner alone, as with pg_dump --file.
    umask 077
    read -r dsn <"$DSN_FILE" || test "$dsn"
    # libpq knows neither all of Slipway's schemes nor all of its parameters.
    case $dsn in *\?*) parameters=${dsn#*\?} ;; *) parameters= ;; esac
    address=${dsn#*://}
    known=
    IFS='&'
    for one in $parameters; do
      case ${one%%=*} in
        host | hostaddr | port | user | password | dbname | options | ssl* | require_auth | \
          channel_binding | connect_timeout | keepalives* | tcp_user_timeout | gss* | krbsrvname | \
          target_session_attrs | load_balance_hosts) known=$known$one'&' ;;
      esac
    done
    unset IFS
    # The whole time, so that the pattern does not match another release's dumps.
    prefix=/backup/{{ include "slipway.fullname" . }}-
    digits=[0-9][0-9][0-9][0-9][0-9][0-9]
    file=$prefix$(date -u +%Y%m%dT%H%M%SZ).dump
    trap 'rm -f "$file.part"' EXIT
    timeout {{ $backup.timeout | int }} pg_dump --format=custom --file="$file.part" \
      --dbname="postgresql://${address%%\?*}?${known%&}"
    mv "$file.part" "$file"
    echo "dumped to $file, $(wc -c <"$file") bytes"
    set +f
    ls -1 "$prefix"[0-9][0-9]${digits}T${digits}Z.dump |
      head -n -{{ $backup.keep | int }} | xargs -r rm --
{{- end }}
{{ merge (dict "volumeMounts" $mounts) $base | toYaml }}
resources:
  {{- toYaml $backup.resources | nindent 2 }}
{{- end }}
