#!/usr/bin/env python3
"""Renders generated pairs of releases and aliases, and checks that no two share an object or a
selector.

One name in a pair is derived from the other: it is longer, or contained in it, or divides the same
text differently between release and alias, or is the name of one of its objects. All are in one
namespace, so each is compared with all others, not only with its partner. `helm template` renders
everything that the chart can make.

PersistentVolumeClaims keep their names and are left out: the chart refuses two aliases that share
one, and Helm refuses two releases.
"""
import argparse, collections, concurrent.futures, json, os, random, re, subprocess, sys, tempfile

try:
    import yaml
except ImportError:
    sys.exit("chart-names: Python has no module yaml\nhint: apt-get install python3-yaml")

# One instance of the chart: the release, the alias in it (None without a parent chart), and the
# values that change names.
Instance = collections.namedtuple("Instance", "release alias name fullname mode")
WORDS = ("shop billing ordering slipway platform production customer identity api worker staging "
         "a b order service eu 2fa").split()
# What the names of the chart's objects end with, or have ended with.
ROLES = ("hook migrate migrations migrations-hook migrate-hook test test-ready test-schema data "
         "dashboard config slipway h0123456789").split()
LONGEST_RELEASE = 53
DNS_LABEL = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
LABEL_VALUE = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
DNS_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
RELEASE_LABELS = ["app.kubernetes.io/" + key for key in ("name", "instance", "component")]
VALUES = {
    "dsn": {"value": "postgres://app@db/app"},
    "token": {"value": "t"},
    "config": {"log": {"level": "debug"}},
    "networkPolicy": {"enabled": True, "from": [{"podSelector": {}}]},
    "ingress": {"enabled": True, "hosts": [{"host": "example.com"}]},
    "httpRoute": {"enabled": True, "parentRefs": [{"name": "gateway"}]},
    "autoscaling": {"enabled": True},
    "topologySpreadConstraints": [
        {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}],
    "monitoring": {"podMonitor": {"enabled": True}, "prometheusRule": {"enabled": True},
                   "dashboard": {"enabled": True}},
    "migration": {"dsn": {"value": "postgres://owner@db/app"}},
}


# --- pairs ----------------------------------------------------------------------------------------
class Pairs:
    """Generates instances of the chart, most of them derived from another one."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.instances = {}
        self.direct = {}

    def generate(self, count):
        """Returns instances that form this many pairs, in families of eight that come from one."""
        pairs = 0
        while pairs < count:
            family = [self.fresh()]
            if not self.add(family[0]):
                continue
            tries = 0
            while len(family) < 8 and pairs < count and tries < 50:
                tries += 1
                member = self.add(self.partner(self.random.choice(family)))
                if member:
                    pairs += len(family)
                    family.append(member)
        return list(self.instances.values())

    def add(self, instance):
        """Returns the instance, or None if it cannot exist next to the others."""
        release = instance.release[:LONGEST_RELEASE].strip("-.")
        alias = instance.alias and re.sub("[^A-Za-z0-9_-]", "-", instance.alias)
        instance = instance._replace(release=release, alias=alias)
        key = release, alias
        if (not DNS_SUBDOMAIN.fullmatch(release) or alias == "" or key in self.instances
                or self.direct.setdefault(release, alias is None) != (alias is None)):
            return None
        self.instances[key] = instance
        return instance

    def words(self, most):
        return "-".join(self.random.choices(WORDS, k=self.random.randint(1, most)))

    def fresh(self):
        alias = self.words(3) if self.random.random() < 0.6 else None
        return Instance(self.words(3), alias, "", "", self.mode())

    def mode(self):
        return self.random.choice(["hook", "job"])

    def partner(self, first):
        """Returns an instance whose names are close to those of the first."""
        choose = self.random.choice
        release, alias, chart = first.release, first.alias, first.alias or "slipway"
        whole = f"{release}-{chart}"
        parts = whole.split("-")
        cut = self.random.randint(1, len(parts) - 1)
        # An override equal to another's name is the user's choice, so the cases have no such override.
        own = f"own{len(self.instances)}"
        return Instance(*(choose([
            # The same text, divided differently.
            ("-".join(parts[:cut]), "-".join(parts[cut:])),
            ("-".join(parts[:-1]), parts[-1]),
            (whole, None),
            (whole, choose(parts)),
            # One extends the other, or is called like one of its objects.
            (f"{whole}-{choose(ROLES)}", choose([None, alias])),
            (f"{release}-{choose(ROLES + WORDS)}", alias),
            (f"{choose(WORDS)}-{release}", alias),
            (release, f"{chart}-{choose(ROLES + WORDS)}"),
            (release, f"{choose(WORDS)}-{chart}"),
            # Longer than a name may be.
            (release, f"{chart}-{self.words(6)}-{self.words(6)}"),
            (release, f"{chart[:40]}-identity-management-service-{choose(WORDS)}"),
            (f"{release}-{self.words(8)}", alias),
            # One contains the other.
            (release, choose(parts)),
            (release, choose(parts)[:self.random.randint(1, 4)]),
            (release + choose(WORDS), alias),
            # Helm accepts these, Kubernetes not in every name.
            (release.replace("-", ".", 1), alias),
            (release, chart + choose("-_") * self.random.randint(1, 2)),
            (release, chart.title()),
            (release, chart.replace("-", choose(["_", "--"]))),
            # Overrides.
            (f"{release}-{choose(WORDS)}", None, self.words(2)),
            (f"{release}-{choose(WORDS)}", None, "", f"{own}-{choose(ROLES)}"),
            (f"{release}-{choose(WORDS)}", choose([None, alias]), "", f"{own}-{self.words(20)}"),
        ]) + ("", ""))[:4], self.mode())


# --- rendering ------------------------------------------------------------------------------------
def values_of(instance):
    values = json.loads(json.dumps(VALUES))
    values["nameOverride"] = instance.name
    values["fullnameOverride"] = instance.fullname
    values["migration"].update(mode=instance.mode, files={"1_a.up.sql": repr(instance)})
    return values


def parent(folder, chart, aliases):
    """Writes a chart with one dependency on this one for each alias."""
    os.makedirs(f"{folder}/charts")
    os.symlink(chart, f"{folder}/charts/slipway")
    with open(f"{chart}/Chart.yaml") as file:
        version = yaml.safe_load(file)["version"]
    with open(f"{folder}/Chart.yaml", "w") as file:
        json.dump({"apiVersion": "v2", "name": os.path.basename(folder), "version": "1.0.0",
                   "dependencies": [{"name": "slipway", "alias": alias, "version": version}
                                    for alias in aliases]}, file)


def template(helm, release, chart, values):
    """Returns the process that has rendered the chart."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(values, file)
        file.flush()
        return subprocess.run(
            [helm, "template", release, chart, "--namespace", "n", "--values", file.name,
             # The schema says nothing of names; collecting garbage takes a third of the time.
             "--skip-schema-validation"], env={**os.environ, "GOGC": "400"}, capture_output=True,
            text=True)


def render(helm, chart, release, instances):
    """Returns the objects of one release by instance, or the error message of Helm."""
    with tempfile.TemporaryDirectory() as folder:
        values = {instance.alias: values_of(instance) for instance in instances}
        if None in values:
            done = template(helm, release, chart, values[None])
        else:
            parent(f"{folder}/parent", chart, values)
            done = template(helm, release, f"{folder}/parent", values)
    if done.returncode:
        return done.stderr
    made = collections.defaultdict(list)
    for text in done.stdout.split("\n---\n"):
        source = re.search(r"^# Source: (.*)", text, re.M)
        if source:
            part = re.fullmatch("parent/charts/([^/]*)/.*", source[1])
            item = yaml.load(text, yaml.CSafeLoader)
            made[part and part[1]].append(facts(item))
            if "grafana_dashboard" in item["metadata"]["labels"]:
                # Grafana's sidecar writes these to one folder.
                made[part and part[1]] += [("file", name, None, [], set(), [])
                                           for name in item["data"]]
    return {instance: made[instance.alias] for instance in instances}


def facts(item):
    """Returns what is compared of an object: its kind and name, the labels of its pods, selectors,
    references, and illegal labels."""
    pod = {"Pod": item}.get(item["kind"], item.get("spec", {}).get("template"))
    selectors, references, values = [], set(), []
    walk(item, selectors, references)
    if pod:
        values += pod["metadata"]["labels"].items()
    values += item["metadata"]["labels"].items()
    return (item["kind"], item["metadata"]["name"], pod and pod["metadata"]["labels"], selectors,
            references, [pair for pair in values if not LABEL_VALUE.fullmatch(pair[1])])


def walk(item, selectors, references):
    if isinstance(item, list):
        for one in item:
            walk(one, selectors, references)
    elif isinstance(item, dict):
        for key, value in item.items():
            if key in ("matchLabels", "selector") and isinstance(value, dict) and value:
                if "matchLabels" not in value:
                    selectors.append(value)
            if key == "secretName" or key in ("configMap", "secret") and "name" in value:
                kind = "ConfigMap" if key == "configMap" else "Secret"
                references.add((kind, value if key == "secretName" else value["name"]))
            if key == "serviceAccountName":
                references.add(("ServiceAccount", value))
            if key == "backend":
                references.add(("Service", value["service"]["name"]))
            if key == "scaleTargetRef":
                references.add(("Deployment", value["name"]))
            walk(value, selectors, references)


# --- comparison -----------------------------------------------------------------------------------
class Namespace:
    """The objects in a namespace, and the faults found in them."""

    def __init__(self):
        self.objects = {}
        self.pods = {}
        self.wrong = []

    def add(self, instance, objects):
        if isinstance(objects, str):
            self.wrong.append(f"{instance}: {objects.strip()}")
            return
        own = {(kind, name) for kind, name, *_ in objects}
        if len(own) < len(objects):
            self.wrong.append(f"{instance}: an object twice")
        if "Deployment" not in (kind for kind, _ in own):
            self.wrong.append(f"{instance}: no Deployment")
        triples = set()
        for kind, name, labels, selectors, references, illegal in objects:
            other = self.objects.setdefault((kind, name), instance)
            if other != instance:
                self.wrong.append(f"{kind} {name}: {other} and {instance}")
            rule = DNS_LABEL if kind in ("Service", "Deployment", "Job", "Pod") else DNS_SUBDOMAIN
            legal = rule.fullmatch(name) and len(name) < 254
            # An override may begin with a digit.
            if not (legal or instance.fullname and len(name) < 64):
                self.wrong.append(f"{kind} {name}: illegal, of {instance}")
            if illegal:
                self.wrong.append(f"{kind} {name}: labels {illegal}, of {instance}")
            if references - own:
                self.wrong.append(f"{kind} {name}: {references - own} is not of {instance}")
            if labels:
                self.select(instance, labels, triples)
        for kind, name, _, selectors, *_ in objects:
            for selector in selectors:
                # A part of the three labels would find more than one component.
                if tuple(selector.get(key) for key in RELEASE_LABELS) not in triples:
                    self.wrong.append(f"{kind} {name}: {selector} is not of {instance}")

    def select(self, instance, labels, triples):
        triple = tuple(labels.get(key) for key in RELEASE_LABELS)
        triples.add(triple)
        other = self.pods.setdefault(triple, instance)
        if other != instance:
            self.wrong.append(f"selector {triple}: {other} and {instance}")


# --- names of earlier releases --------------------------------------------------------------------
# Installs of earlier releases, and the name that their objects begin with.
KEPT = {("slipway", None): "slipway", ("slipway-staging", None): "slipway-staging",
        ("slipway-hook", None): "slipway-hook", ("shop", None): "shop-slipway",
        ("my-shop", None): "my-shop-slipway", ("shop", "api"): "shop-api",
        ("shop", "worker"): "shop-worker", ("billing", "billing"): "billing",
        ("platform-production", "api"): "platform-production-api"}
KEPT_OBJECTS = ("Deployment {0}|Service {0}|Secret {0}|ConfigMap {0}|ConfigMap {0}-migrations|"
                "ServiceAccount {0}|HorizontalPodAutoscaler {0}|PodDisruptionBudget {0}|"
                "Ingress {0}|HTTPRoute {0}|NetworkPolicy {0}|PodMonitor {0}|PrometheusRule {0}|"
                "Job {0}-migrate|Pod {0}-test-ready|Pod {0}-test-schema")
KEPT_CLAIMS = {
    ("slipway", None): "slipway-data", ("my-slipway", None): "my-slipway-data",
    ("shop", None): "shop-slipway-data", ("shop", "api"): "shop-api-data",
    ("shop", "order-api"): "shop-order-api-data", ("order-service", "order"): "order-service-data",
    ("platform-production", "customer-identity-management-and-authorization"):
        "platform-production-customer-identity-management-and-autho-data"}


def check_kept(helm, chart):
    """Checks that ordinary installs keep their names and selectors, and all keep their claims."""
    for (release, alias), name in KEPT.items():
        instance = Instance(release, alias, "", "", "hook")
        objects = render(helm, chart, release, [instance])[instance]
        missing = (set(KEPT_OBJECTS.format(name).split("|"))
                   - {f"{kind} {name}" for kind, name, *_ in objects})
        selectors = {tuple(selector.get(key) for key in RELEASE_LABELS)
                     for kind, _, _, selectors, *_ in objects if kind == "Deployment"
                     for selector in selectors}
        if missing or selectors != {(alias or "slipway", release, "server")}:
            yield f"{release}, {alias}: lost {missing}; selects {selectors}"
    for (release, alias), claim in KEPT_CLAIMS.items():
        said = template_of(helm, chart, release, {alias: ONE_CLAIM}).stdout
        if f'claimName: {claim}\n' not in said or f'name: "{claim}"\n' not in said:
            yield f"{release}, {alias}: no claim {claim}"


# --- rejected values ------------------------------------------------------------------------------
SQLITE = "sqlite:///data/app.sqlite"
ONE_CLAIM = {"dsn": {"value": SQLITE}}
MEMORY = {"dsn": {"value": "memory"}}
# The release, its aliases with their values, and a part of Helm's error; "" if it renders.
REFUSED = [
    ("billing-ordering", {"billing": ONE_CLAIM, "ordering": ONE_CLAIM},
     "ordering and billing of release billing-ordering would both keep "
     "SQLite's file in the claim billing-ordering-data"),
    ("billing-ordering", {"billing": ONE_CLAIM,
                          "ordering": {**ONE_CLAIM, "persistence": {"existingClaim": "c"}}}, ""),
    ("platform-production", {"customer-identity-management-service-api": ONE_CLAIM,
                             "customer-identity-management-service-apis": ONE_CLAIM},
     "in the claim platform-production-customer-identity-management-service-a-data"),
    ("shop", {"api": ONE_CLAIM, "worker": ONE_CLAIM}, ""),
    ("shop", {"api": {**MEMORY, "fullnameOverride": "x"},
              "worker": {**MEMORY, "fullnameOverride": "x"}},
     "worker and api of release shop would both be named x"),
    ("shop", {"api": {**MEMORY, "fullnameOverride": "{{ .Release.Name }}-x"},
              "worker": {**MEMORY, "fullnameOverride": "x"}}, ""),
    ("shop", {"api": {**MEMORY, "nameOverride": "worker"}, "worker": MEMORY},
     "would both select pods by app.kubernetes.io/name=worker. Set a different nameOverride"),
    ("shop", {"api": {**MEMORY, "serviceAccount": {"name": "x"}},
              "worker": {**MEMORY, "serviceAccount": {"name": "x"}}},
     "would both make the service account x"),
    ("shop", {"api": {**MEMORY, "serviceAccount": {"name": "x"}},
              "worker": {**MEMORY, "serviceAccount": {"name": "x", "create": False}}}, ""),
    # A dot is a chart in between: billing/slipway, ordering/slipway.
    ("shop", {"billing.slipway": MEMORY, "ordering.slipway": MEMORY},
     "ordering/slipway and billing/slipway of release shop would both be named"),
    ("shop", {"billing.slipway": MEMORY,
              "ordering.slipway": {**MEMORY, "nameOverride": "ordering"}}, ""),
]


def check_refused(helm, chart):
    """Checks that the chart rejects two aliases that the values give one name, and names both."""
    for release, parts, words in REFUSED:
        done = template_of(helm, chart, release, parts)
        if words not in done.stderr or bool(words) != bool(done.returncode):
            yield f"{release}, {parts}: not {words or 'rendered'}: {done.stderr}"


def check_parent(helm, chart):
    """Checks that a template of the parent chart finds the name of an alias."""
    with tempfile.TemporaryDirectory() as folder:
        parent(f"{folder}/parent", chart, ["order-api"])
        os.mkdir(f"{folder}/parent/templates")
        with open(f"{folder}/parent/templates/a.yaml", "w") as file:
            file.write('host: {{ include "slipway.fullname" (index .Subcharts "order-api") }}')
        done = template(helm, "shop", f"{folder}/parent", {"order-api": MEMORY})
    found = re.search("^host: (shop-order-api-h[0-9a-f]{10})$", done.stdout, re.M)
    if not found or f'name: "{found[1]}"' not in done.stdout:
        yield f"the parent chart does not find the name of its alias: {done.stderr}"


def check_dumps(helm, chart):
    """Checks that a backup removes old dumps of its own release, and of no other."""
    values = {"dsn": {"value": "postgres://db/app"},
              "migration": {"backup": {"enabled": True, "existingClaim": "dumps", "keep": 2}}}
    done = template(helm, "shop", chart, values)
    job = next(item for item in yaml.safe_load_all(done.stdout) if item and item["kind"] == "Job")
    backup = next(container for container in job["spec"]["template"]["spec"]["initContainers"]
                  if container["name"] == "backup")
    with tempfile.TemporaryDirectory() as folder:
        names = ["shop-slipway", "shop-slipway-2", "shop-slipway-20260101"]
        dumps = {f"{name}-2026010{day}T000000Z.dump" for name in names for day in (1, 2, 3)}
        for dump in dumps:
            open(f"{folder}/{dump}", "w").close()
        # A pg_dump that writes an empty file.
        with open(f"{folder}/pg_dump", "w") as file:
            file.write('#!/bin/sh\nfor option; do\n'
                       'case $option in --file=*) : >"${option#--file=}" ;; esac\ndone\n')
        os.chmod(f"{folder}/pg_dump", 0o755)
        with open(f"{folder}/dsn", "w") as file:
            file.write("postgres://db/app")
        script = backup["args"][0].replace("/backup", folder)
        subprocess.run(backup["command"] + [script], check=True, capture_output=True, env={
            "PATH": f"{folder}:{os.environ['PATH']}", "DSN_FILE": file.name})
        removed = dumps - set(os.listdir(folder))
    if removed != {f"shop-slipway-2026010{day}T000000Z.dump" for day in (1, 2)}:
        yield f"the backup of shop removed {sorted(removed)}"


def template_of(helm, chart, release, parts):
    """Returns the process that has rendered a release with these parts."""
    with tempfile.TemporaryDirectory() as folder:
        if None in parts:
            return template(helm, release, chart, parts[None])
        if "." not in "".join(parts):
            parent(f"{folder}/parent", chart, parts)
            return template(helm, release, f"{folder}/parent", parts)
        values = {}
        for path, own in parts.items():
            between, alias = path.split(".")
            parent(f"{folder}/parent/charts/{between}", chart, [alias])
            values[between] = {alias: own}
        with open(f"{folder}/parent/Chart.yaml", "w") as file:
            json.dump({"apiVersion": "v2", "name": "parent", "version": "1.0.0", "dependencies": [
                {"name": between, "version": "1.0.0"} for between in values]}, file)
        return template(helm, release, f"{folder}/parent", values)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=10000, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--helm", default="helm")
    parser.add_argument("--chart", default="charts/slipway")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="renderings at once")
    arguments = parser.parse_args()
    chart = os.path.abspath(arguments.chart)
    faults = [*check_kept(arguments.helm, chart), *check_refused(arguments.helm, chart),
              *check_parent(arguments.helm, chart), *check_dumps(arguments.helm, chart)]
    if faults:
        sys.exit("chart-names: " + "\n  ".join(faults))
    instances = Pairs(arguments.seed).generate(arguments.pairs)
    releases = collections.defaultdict(list)
    for instance in instances:
        releases[instance.release].append(instance)
    namespace = Namespace()
    with concurrent.futures.ProcessPoolExecutor(arguments.jobs) as pool:
        runs = {pool.submit(render, arguments.helm, chart, release, parts): parts
                for release, parts in releases.items()}
        for run in concurrent.futures.as_completed(runs):
            made = run.result()
            for instance in runs[run]:
                namespace.add(instance, made if isinstance(made, str) else made[instance])
    wrong = namespace.wrong
    print(f"names: {arguments.pairs} pairs, {len(instances)} aliases in {len(releases)} releases, "
          f"{len(namespace.objects)} objects; {arguments.helm}, seed {arguments.seed}: "
          + (f"{len(wrong)} WRONG" if wrong else "no object and no selector is shared"))
    for text in wrong[:20]:
        print("  " + text, file=sys.stderr)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
