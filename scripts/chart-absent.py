#!/usr/bin/env python3
"""scripts/chart-absent.py [--helm HELM]: renders the chart with missing values, as after `helm upgrade
--reuse-values` from a chart that did not have them yet, and compares with the default rendering.

Each branch, a sample of single values, and then everything at once is missing. Values for which empty
has a meaning (null in values.yaml's types) are not tried.
"""
import argparse
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import yaml

CHART = pathlib.Path(__file__).resolve().parent.parent / "charts" / "slipway"
BASES = (
    {"dsn": {"existingSecret": "database"}},
    {"dsn": {"existingSecret": "database"}, "migration": {"mode": "job"},
     "networkPolicy": {"enabled": True}, "ingress": {"enabled": True, "hosts": [{"host": "h"}]},
     "token": {"existingSecret": "token"}, "autoscaling": {"enabled": True},
     "monitoring": {"prometheusRule": {"enabled": True}, "serviceMonitor": {"enabled": True}}},
)


def render(helm, *values):
    files = []
    with tempfile.TemporaryDirectory() as folder:
        for number, each in enumerate(values):
            path = pathlib.Path(folder, f"{number}.yaml")
            path.write_text(json.dumps(each))
            files += ["--values", str(path)]
        done = subprocess.run([helm, "template", "release", str(CHART), *files], text=True,
                              capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else done.stderr


def without(*paths):
    values = {}
    for path in paths:
        at = values
        *branches, key = path.split(".")
        for branch in branches:
            at = at.setdefault(branch, {})
        at[key] = None
    return values


def given(base, path):
    at = base
    for key in path.split("."):
        if not isinstance(at, dict) or key not in at:
            return False
        at = at[key]
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--helm", default="helm")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    arguments = parser.parse_args()
    helm = arguments.helm
    sample = random.Random(arguments.seed)
    template = (CHART / "templates" / "_defaults.tpl").read_text()
    defaults = yaml.safe_load(re.search(r'"slipway.defaults" -}}\n(.*){{- end }}', template, re.S)[1])
    nullable = set()

    def leaves(values, prefix=""):
        for key, value in values.items():
            path = prefix + key
            if path in defaults:
                continue
            if isinstance(value, dict) and value:
                leaves(value, path + ".")
            else:
                nullable.add(path)

    leaves(yaml.safe_load((CHART / "values.yaml").read_text()))
    branches = {path.rsplit(".", depth)[0] for path in defaults for depth in range(path.count(".") + 1)}
    tried = 0
    for base in BASES:
        expected = render(helm, base)
        candidates = [path for path in sorted(branches | set(defaults))
                      if not given(base, path)
                      and not any(other.startswith(path + ".") for other in nullable)]
        singles = [path for path in candidates if path not in defaults]
        leaves_of = [path for path in candidates if path in defaults]
        singles += sample.sample(leaves_of, 15)
        for paths in [[path] for path in singles] + [leaves_of]:
            actual = render(helm, base, without(*paths))
            tried += 1
            if actual != expected:
                print(f"chart-absent: {helm}: without {', '.join(paths)[:200]} the chart does not render"
                      f" as by default:\n{actual[:2000]}", file=sys.stderr)
                return 1
    print(f"absent: {tried} renderings with missing values are as by default; {helm}, seed {arguments.seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
