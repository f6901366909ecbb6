{{/*
slipway.fullname: what the names of all objects begin with.
In: the root. Out: a name of at most 63 characters.
*/}}
{{- define "slipway.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/*
slipway.suffixed: the full name with a suffix, cut so that the suffix always stays.
In: a list of the root and the suffix. Out: a name of at most 63 characters.
*/}}
{{- define "slipway.suffixed" -}}
{{- $suffix := index . 1 }}
{{- $room := sub 62 (len $suffix) | int }}
{{- printf "%s-%s" (include "slipway.fullname" (index . 0) | trunc $room | trimSuffix "-")
    $suffix }}
{{- end }}

{{/*
slipway.podNames: matches the names of the servers' pods in Prometheus, and not those of a release
whose name begins with this one's. In: the root. Out: a regular expression.
*/}}
{{- define "slipway.podNames" -}}
{{ include "slipway.fullname" . }}-[^-]+(-[^-]+)?
{{- end }}

{{/*
slipway.selectorLabels: what finds the pods of one component, and of no other.
In: a list of the root and the component (server, migrate, test). Out: YAML of a map.
*/}}
{{- define "slipway.selectorLabels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ $root.Values.nameOverride | default $root.Chart.Name | trunc 63
    | trimSuffix "-" | quote }}
app.kubernetes.io/instance: {{ $root.Release.Name | quote }}
app.kubernetes.io/component: {{ index . 1 }}
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
namespace: {{ $root.Release.Namespace | quote }}
labels:
  {{- $chart := printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63
      | trimSuffix "-" }}
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
slipway.hookCopy: the annotations of what exists for the hook Job alone: made anew before it, gone
after it. And for `helm test`, which so sees what a Job saw that failed.
In: the root. Out: YAML of a map.
*/}}
{{- define "slipway.hookCopy" -}}
helm.sh/hook: pre-install,pre-upgrade{{ if .Values.test.enabled }},test{{ end }}
helm.sh/hook-weight: "-5"
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}

{{/*
slipway.image: one image's full name.
In: a dict of repository, tag, digest. Out: a name with a digest where there is one, else a tag.
*/}}
{{- define "slipway.image" -}}
{{- if .digest }}{{ printf "%s@%s" .repository .digest }}
{{- else }}{{ printf "%s:%s" .repository .tag }}{{ end }}
{{- end }}
