{{/*
No two releases or aliases in a namespace produce the same name (docs/decisions/0013-names.md):
- slipway.fullname is unique, and a DNS label without a dot.
- FULLNAME.ROLE and FULLNAME.RELEASE.ROLE-hook name the further objects of a kind that allows dots:
  ConfigMap, Secret, NetworkPolicy.
- FULLNAME-SUFFIX is for kinds whose names all have a suffix: Job, Pod.
- A claim holds data, so its name is computed as in earlier releases: slipway.claimName.
*/}}

{{/*
slipway.fullname: the name of most objects, and the beginning of the other names.
RELEASE-NAME, as in shop-api, or RELEASE, if this release and name own that text. Otherwise the name
ends with a hash, and has at most 57 characters, so that pods' names contain all of it. The owner of
a text is:
- with `slipway` in it, and not as `-slipway` at its end: this chart in the release of that name
- with `-slipway` at its end: this chart in the release named by the rest
- without a dash: the alias that has the same name as its release
- any other: the alias after the last dash, in the release before it
In: the root. Out: a DNS label.
*/}}
{{- define "slipway.fullname" -}}
{{- $release := .Release.Name }}
{{- $name := .Values.nameOverride | default .Chart.Name }}
{{- $wanted := printf "%s-%s" $release $name }}
{{- $right := "" }}
{{- $override := include "slipway.fullnameOverride" . }}
{{- if $override }}
{{- if le (len $override) 63 }}{{ $override }}
{{- else }}{{ include "slipway.hashed" (list $override $override 57) }}
{{- end }}
{{- else }}
{{- if eq $name "slipway" }}
{{- $short := and (contains "slipway" $release) (not (hasSuffix "-slipway" $release)) }}
{{- $right = $short | ternary $release $wanted }}
{{- else if not (contains "slipway" $wanted) }}
{{- if and (eq $name $release) (not (contains "-" $name)) }}{{ $right = $release }}
{{- else if not (contains "-" $name) }}{{ $right = $wanted }}
{{- end }}
{{- end }}
{{- /* A plain name never equals a hashed one: it must not look like one. */}}
{{- if and (regexMatch "^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$" $right)
    (not (regexMatch "-h[0-9a-f]{10}$" $right)) }}
{{- $right }}
{{- else }}
{{- include "slipway.hashed" (list $wanted (printf "%s/%s" $release $name) 57) }}
{{- end }}
{{- end }}
{{- end }}

{{/*
slipway.fullnameOverride: the value, rendered, so that the values of a parent chart can contain the
release's name. In: the root.
*/}}
{{- define "slipway.fullnameOverride" -}}
{{- $name := .Values.fullnameOverride | default "" }}
{{- if contains "{{" $name }}{{ tpl $name . }}
{{- else }}{{ $name }}
{{- end }}
{{- end }}

{{/*
slipway.hashed: a name that begins with a text and ends with a hash of an identity.
In: a list of the text, the identity, the maximum length. Out: a DNS label, as in shop-h0123456789.
*/}}
{{- define "slipway.hashed" -}}
{{- $text := regexReplaceAll "[^a-z0-9-]" (index . 0 | lower) "-" }}
{{- if not (regexMatch "^[a-z]" $text) }}
{{- $text = printf "slipway-%s" (trimPrefix "-" $text) }}
{{- end }}
{{- $room := sub (index . 2) 12 | int }}
{{- printf "%s-h%s" ($text | trunc $room | trimAll "-") (index . 1 | sha256sum | trunc 10) }}
{{- end }}

{{/*
slipway.suffixed: the full name with a suffix. In a name that is too long, a hash replaces the end
of the full name.
In: a list of the root and the suffix. Out: a name of at most 63 characters.
*/}}
{{- define "slipway.suffixed" -}}
{{- $name := include "slipway.fullname" (index . 0) }}
{{- $room := sub 62 (index . 1 | len) | int }}
{{- if gt (len $name) $room }}
{{- $name = include "slipway.hashed" (list $name $name $room) }}
{{- end }}
{{- printf "%s-%s" $name (index . 1) }}
{{- end }}

{{/*
slipway.verifyName: the name of the CronJob. In: the root. Out: a name of at most 52 characters, to
which Kubernetes adds the time of each Job.
*/}}
{{- define "slipway.verifyName" -}}
{{- $name := include "slipway.fullname" . }}
{{- if gt (len $name) 45 }}{{ $name = include "slipway.hashed" (list $name $name 45) }}{{ end }}
{{- printf "%s-verify" $name }}
{{- end }}

{{/*
slipway.roleName: the name of a further object of a kind. In: a list of the root and the role.
*/}}
{{- define "slipway.roleName" -}}
{{- printf "%s.%s" (include "slipway.fullname" (index . 0)) (index . 1) }}
{{- end }}

{{/*
slipway.hookName: the name of an object that is a hook. Helm deletes hooks by name and does not
check their owner. The name contains the release, so that an equal fullnameOverride is harmless.
In: a list of the root and the role.
*/}}
{{- define "slipway.hookName" -}}
{{- $root := index . 0 }}
{{- printf "%s.%s.%s-hook" (include "slipway.fullname" $root) $root.Release.Name (index . 1) }}
{{- end }}

{{/*
slipway.claimName: the name of the claim for SQLite's file, computed as in earlier releases. It is
not unique: validate.yaml rejects two aliases with one claim, and Helm two releases. In: the root.
*/}}
{{- define "slipway.claimName" -}}
{{- $name := .Values.nameOverride | default .Chart.Name }}
{{- $full := include "slipway.fullnameOverride" . }}
{{- if not $full }}
{{- $full = contains $name .Release.Name | ternary .Release.Name
    (printf "%s-%s" .Release.Name $name) }}
{{- end }}
{{- printf "%s-data" ($full | trunc 63 | trimSuffix "-" | trunc 58 | trimSuffix "-") }}
{{- end }}

{{/*
slipway.nameLabel: the label app.kubernetes.io/name, which distinguishes the aliases of one release
in selectors. In: the root.
*/}}
{{- define "slipway.nameLabel" -}}
{{- $name := .Values.nameOverride | default .Chart.Name }}
{{- if regexMatch "^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$" $name }}{{ $name }}
{{- else }}{{ include "slipway.hashed" (list $name $name 63) }}
{{- end }}
{{- end }}

{{/*
slipway.chartPath: the aliases from the parent chart down to this one, as in billing/slipway.
In: the root. Out: "" without a parent chart.
*/}}
{{- define "slipway.chartPath" -}}
{{- .Template.BasePath | trimSuffix "/templates" | splitList "/charts/" | rest | join "/" }}
{{- end }}

{{/*
slipway.podNames: matches the names of the servers' pods in Prometheus, and not those of a release
whose name begins with this one's. In: the root. Out: a regular expression.
*/}}
{{- define "slipway.podNames" -}}
{{- $name := include "slipway.fullname" . }}
{{- /* Kubernetes cuts the name of a pod at 58 characters, and adds five. */}}
{{- if gt (len $name) 57 }}{{ trunc 58 $name }}[^-]+
{{- else }}{{ $name }}-[^-]+(-[^-]+)?
{{- end }}
{{- end }}

{{/*
slipway.jobName: the name of the Job that migrates.
In: a list of the root and the hash of what the Job does, or "" for the hook.
*/}}
{{- define "slipway.jobName" -}}
{{- $suffix := list "migrate" (index . 1) | compact | join "-" }}
{{- include "slipway.suffixed" (list (index . 0) $suffix) }}
{{- end }}

{{/* slipway.jobNames: a regular expression that matches the names of these Jobs. In: the root. */}}
{{- define "slipway.jobNames" -}}
{{- if eq (include "slipway.mode" .) "hook" }}{{ include "slipway.jobName" (list . "") }}
{{- else }}
{{- $any := "0000000000" }}
{{- include "slipway.jobName" (list . $any) | trimSuffix $any }}[0-9a-f]{10}
{{- end }}
{{- end }}

{{/*
slipway.selectorLabels: what finds the pods of one component, and of no other.
In: a list of the root and the component (server, migrate, verify, test). Out: YAML of a map.
*/}}
{{- define "slipway.selectorLabels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ include "slipway.nameLabel" $root | quote }}
app.kubernetes.io/instance: {{ $root.Release.Name | quote }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{/* slipway.namespace: the namespace of the chart's objects. In: the root. */}}
{{- define "slipway.namespace" -}}
{{- tpl (.Values.namespaceOverride | default .Release.Namespace) . }}
{{- end }}

{{/*
slipway.metadata: name, namespace, labels and annotations of an object; the chart's own labels and
annotations win over those of the values.
In: a dict of root, name, component, labels, annotations (of the values), own (annotations of the
chart, optional). Out: YAML of what stands below `metadata:`.
*/}}
{{- define "slipway.metadata" -}}
{{- $root := .root -}}
name: {{ .name | quote }}
namespace: {{ (include "slipway.namespace" $root) | quote }}
labels:
  {{- $chart := printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63
      | trimAll "-_." }}
  {{- $own := dict "helm.sh/chart" $chart "app.kubernetes.io/managed-by" $root.Release.Service }}
  {{- $own = merge $own (include "slipway.selectorLabels" (list $root .component) | fromYaml) }}
  {{- $_ := set $own "app.kubernetes.io/version"
      ($root.Chart.AppVersion | replace "+" "_" | trunc 63) }}
  {{- mergeOverwrite dict $root.Values.commonLabels (.labels | default dict) $own | toYaml
      | nindent 2 }}
{{- with mergeOverwrite dict $root.Values.commonAnnotations (.annotations | default dict)
    (.own | default dict) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/*
slipway.hookCopy: the annotations of an object that exists for the hook Job alone: created before it,
and deleted after it. Also for `helm test`, which then has the values of a failed Job; and at
`helm uninstall`, which deletes what a killed helm left behind.
In: the root. Out: YAML of a map.
*/}}
{{- define "slipway.hookCopy" -}}
helm.sh/hook: pre-install,pre-upgrade{{ if .Values.test.enabled }},test{{ end }},post-delete
helm.sh/hook-weight: "-5"
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}

{{/*
slipway.image: the full name of an image, with its tag, its digest, or both. Without either, the tag
is the chart's appVersion.
In: a dict of root, repository, tag, digest.
*/}}
{{- define "slipway.image" -}}
{{- $name := .repository }}
{{- with .tag | default (not .digest | ternary .root.Chart.AppVersion "") }}{{ $name = printf "%s:%s" $name . }}{{ end }}
{{- with .digest }}{{ $name = printf "%s@%s" $name . }}{{ end }}
{{- include "slipway.inRegistry" (list .root $name) }}
{{- end }}

{{/*
slipway.inRegistry: the name of an image in the registry that global.imageRegistry names.
In: a list of the root and the name.
*/}}
{{- define "slipway.inRegistry" -}}
{{- $name := index . 1 }}
{{- with (index . 0).Values.global.imageRegistry }}
{{- $parts := splitList "/" $name }}
{{- $first := first $parts }}
{{- if and (gt (len $parts) 1) (regexMatch "[.:]|^localhost$" $first) }}
{{- $parts = rest $parts }}
{{- end }}
{{- $name = printf "%s/%s" (trimSuffix "/" .) (join "/" $parts) }}
{{- end }}
{{- $name }}
{{- end }}
