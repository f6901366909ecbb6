{{/*
Made from values.yaml by `make generate`.
slipway.defaults: each value's path and default, except where empty has a meaning of its own.
Out: YAML of a map.
*/}}
{{- define "slipway.defaults" -}}
nameOverride: ""
fullnameOverride: ""
namespaceOverride: ""
image.repository: ghcr.io/slipway-project/slipway
image.tag: ""
image.digest: ""
image.pullPolicy: IfNotPresent
imagePullSecrets: []
omitReplicas: false
command: []
args: []
extraArgs: []
containerPort: 4434
extraPorts: []
probes.startup:
  enabled: true
  periodSeconds: 1
  timeoutSeconds: 2
  failureThreshold: 120
probes.liveness:
  enabled: true
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
probes.readiness:
  enabled: true
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 2
lifecycle: {}
terminationGracePeriodSeconds: 40
strategy: {}
minReadySeconds: 0
progressDeadlineSeconds: 600
revisionHistoryLimit: 3
dsn.value: ""
dsn.existingSecret: ""
dsn.key: dsn
dsn.file: ""
dsn.parts.type: ""
dsn.parts.usernameKey: username
dsn.parts.passwordKey: password
dsn.parts.host: ""
dsn.parts.hostKey: ""
dsn.parts.port: ""
dsn.parts.portKey: ""
dsn.parts.name: ""
dsn.parts.nameKey: ""
dsn.parts.parameters: ""
dsn.env: ""
tls.existingSecret: ""
tls.configMap: ""
config: {}
files: {}
token.value: ""
token.existingSecret: ""
token.key: token
migration.mode: ""
migration.awaitSchema: true
migration.rerun: ""
migration.repair: false
migration.timeout: 240
migration.wait: 180
migration.preflight.enabled: true
migration.preflight.timeout: 240
migration.preflight.wait: 40
migration.backoffLimit: 3
migration.terminationGracePeriodSeconds: 25
migration.image.repository: ghcr.io/slipway-project/slipway
migration.image.tag: ""
migration.image.digest: ""
migration.image.pullPolicy: IfNotPresent
migration.dsn.value: ""
migration.dsn.existingSecret: ""
migration.dsn.key: dsn
migration.dsn.file: ""
migration.path: ""
migration.files: {}
migration.configMap: ""
migration.imageVolume.reference: ""
migration.imageVolume.pullPolicy: IfNotPresent
migration.imageVolume.subPath: ""
migration.copyFrom.image: ""
migration.copyFrom.path: ""
migration.copyFrom.pullPolicy: ""
migration.backup.enabled: false
migration.backup.image: postgres:18
migration.backup.pullPolicy: IfNotPresent
migration.backup.command: []
migration.backup.existingClaim: ""
migration.backup.timeout: 300
migration.backup.keep: 5
migration.backup.resources:
  requests: {cpu: 100m, memory: 64Mi}
  limits: {memory: 256Mi}
migration.serviceAccountName: ""
migration.serviceAccount.create: false
migration.serviceAccount.labels: {}
migration.serviceAccount.annotations: {}
migration.extraArgs: []
migration.labels: {}
migration.annotations: {}
migration.podLabels:
  sidecar.istio.io/inject: "false"
migration.podAnnotations:
  linkerd.io/inject: disabled
migration.affinity: {}
migration.nodeSelector: {}
migration.tolerations: []
migration.priorityClassName: ""
migration.podSecurityContext: {}
migration.securityContext: {}
migration.resources:
  requests: {cpu: 100m, memory: 128Mi}
  limits: {memory: 256Mi}
migration.extraEnv: []
migration.extraEnvFrom: []
migration.extraVolumes: []
migration.extraVolumeMounts: []
migration.extraInitContainers: []
migration.sidecars: []
persistence.enabled: true
persistence.existingClaim: ""
persistence.storageClass: ""
persistence.accessModes: [ReadWriteOnce]
persistence.size: 1Gi
persistence.keep: false
persistence.labels: {}
persistence.annotations: {}
service.type: ClusterIP
service.openWithoutToken: false
service.port: 80
service.clusterIP: ""
service.loadBalancerClass: ""
service.loadBalancerSourceRanges: []
service.externalTrafficPolicy: ""
service.internalTrafficPolicy: ""
service.trafficDistribution: ""
service.ipFamilies: []
service.ipFamilyPolicy: ""
service.extraPorts: []
service.labels: {}
service.annotations: {}
ingress.enabled: false
ingress.className: ""
ingress.hosts: []
ingress.tls: []
ingress.labels: {}
ingress.annotations: {}
httpRoute.enabled: false
httpRoute.parentRefs: []
httpRoute.hostnames: []
httpRoute.matches:
  - path: {type: PathPrefix, value: /}
httpRoute.filters: []
httpRoute.labels: {}
httpRoute.annotations: {}
networkPolicy.enabled: false
networkPolicy.from: []
networkPolicy.database: []
networkPolicy.databasePorts: [5432, 3306, 26257]
networkPolicy.dnsPorts: [53]
networkPolicy.egress: []
networkPolicy.migrationEgress: []
autoscaling.enabled: false
autoscaling.minReplicas: 2
autoscaling.maxReplicas: 10
autoscaling.metrics: []
autoscaling.behavior: {}
autoscaling.annotations: {}
podDisruptionBudget.enabled: true
podDisruptionBudget.unhealthyPodEvictionPolicy: AlwaysAllow
topologySpreadConstraints: []
affinity: {}
nodeSelector: {}
tolerations: []
priorityClassName: ""
runtimeClassName: ""
dnsPolicy: ""
dnsConfig: {}
hostAliases: []
resources:
  requests: {cpu: 100m, memory: 128Mi}
  limits: {memory: 256Mi}
podSecurityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
omitRunAsUser: false
serviceAccount.create: true
serviceAccount.name: ""
serviceAccount.automountToken: false
serviceAccount.labels: {}
serviceAccount.annotations: {}
labels: {}
annotations: {}
podLabels: {}
podAnnotations: {}
extraEnv: []
extraEnvFrom: []
extraVolumes: []
extraVolumeMounts: []
extraInitContainers: []
sidecars: []
monitoring.path: /metrics/prometheus
monitoring.serviceMonitor.enabled: false
monitoring.serviceMonitor.interval: 30s
monitoring.serviceMonitor.scheme: ""
monitoring.serviceMonitor.tlsConfig: {}
monitoring.serviceMonitor.scrapeTimeout: 10s
monitoring.serviceMonitor.relabelings: []
monitoring.serviceMonitor.metricRelabelings: []
monitoring.serviceMonitor.targetLabels: []
monitoring.serviceMonitor.labels: {}
monitoring.serviceMonitor.annotations: {}
monitoring.podMonitor.enabled: false
monitoring.podMonitor.interval: 30s
monitoring.podMonitor.scheme: ""
monitoring.podMonitor.tlsConfig: {}
monitoring.podMonitor.scrapeTimeout: 10s
monitoring.podMonitor.relabelings: []
monitoring.podMonitor.metricRelabelings: []
monitoring.podMonitor.labels: {}
monitoring.podMonitor.annotations: {}
monitoring.prometheusRule.enabled: false
monitoring.prometheusRule.pendingFor: 10m
monitoring.prometheusRule.downFor: 2m
monitoring.prometheusRule.aheadFor: 24h
monitoring.prometheusRule.rules: []
monitoring.prometheusRule.labels: {}
monitoring.prometheusRule.annotations: {}
monitoring.dashboard.enabled: false
monitoring.dashboard.datasource: prometheus
monitoring.dashboard.labels:
  grafana_dashboard: "1"
monitoring.dashboard.annotations: {}
commonLabels: {}
commonAnnotations: {}
extraObjects: []
verify.schedule: ""
verify.timeZone: ""
verify.timeout: 600
verify.args: []
test.enabled: true
test.resources:
  requests: {cpu: 50m, memory: 64Mi}
  limits: {memory: 256Mi}
{{- end }}
