#!/usr/bin/env python3
"""scripts/pictures.py [FOLDER]: draws docs/architecture.svg and docs/terminal.svg, or into FOLDER.

The second shows what the `slipway` of the path prints, run here on a SQLite file; times, which
differ, are all shown as 1 ms.
"""

import html
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "docs")
INK, PALE, LINE, ACCENT = "#1f2937", "#eef2f7", "#94a3b8", "#0f766e"


def svg(width, height, title, body, ground):
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" role="img" aria-label="{html.escape(title)}">\n'
        f"<title>{html.escape(title)}</title>\n"
        f'<rect width="{width}" height="{height}" rx="10" fill="{ground}"/>\n' + body + "</svg>\n"
    )


# --- how it hangs together ----------------------------------------------------------------------


def text(x, y, words, size=14, colour=INK, weight="normal", anchor="middle"):
    return (
        f'<text x="{x}" y="{y}" font-family="system-ui, sans-serif" font-size="{size}"'
        f' font-weight="{weight}" fill="{colour}" text-anchor="{anchor}">'
        f"{html.escape(words)}</text>\n"
    )


def box(x, y, width, height, title, *lines, fill=PALE, stroke=LINE):
    drawn = (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="8" fill="{fill}"'
        f' stroke="{stroke}" stroke-width="1.5"/>\n'
    )
    middle = x + width / 2
    top = y + (height - 18 * len(lines)) / 2 + 5
    drawn += text(middle, top, title, weight="600")
    for number, line in enumerate(lines, 1):
        drawn += text(middle, top + 18 * number, line, size=12)
    return drawn


def arrow(points, label="", x=0, y=0):
    path = " L".join(f"{a} {b}" for a, b in points)
    drawn = (
        f'<path d="M{path}" fill="none" stroke="{INK}" stroke-width="1.5"'
        ' marker-end="url(#tip)"/>\n'
    )
    return drawn + (text(x, y, label, size=12, colour=ACCENT) if label else "")


def architecture():
    body = (
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7"'
        ' markerHeight="7" orient="auto-start-reverse">'
        f'<path d="M0 0 L10 5 L0 10 z" fill="{INK}"/></marker></defs>\n'
    )
    body += box(
        24, 70, 180, 74,
        "Your migrations", "SQL files, named as by Ory,", "golang-migrate or Flyway",
    )
    body += box(
        24, 210, 180, 74, "One DSN", "variable, file, Secret;", "read again when it changes"
    )
    body += (
        '<rect x="284" y="36" width="272" height="282" rx="10" fill="none"'
        f' stroke="{ACCENT}" stroke-width="2"/>\n'
    )
    body += text(420, 58, "One image, or one archive", weight="600", colour=ACCENT)
    body += box(
        308, 76, 224, 74, "slipway migrate", "once, however many start;", "ends with an exit code"
    )
    body += box(
        308, 212, 224, 84,
        "slipway serve", "or your own service:", "old and new releases side by side",
    )
    body += arrow([(420, 150), (420, 212)], "exit 0", 448, 186)
    body += arrow([(204, 107), (308, 107)])
    body += arrow([(204, 236), (250, 236), (250, 128), (308, 128)])
    body += arrow([(204, 254), (308, 254)])
    body += arrow([(532, 113), (720, 140)], "lock, SQL, history", 640, 112)
    body += arrow([(532, 254), (720, 222)], "a bounded pool", 640, 258)
    body += (
        f'<g fill="{PALE}" stroke="{LINE}" stroke-width="1.5">'
        '<path d="M724 92 v178 a96 18 0 0 0 192 0 v-178"/>'
        '<ellipse cx="820" cy="92" rx="96" ry="18"/></g>\n'
    )
    for number, name in enumerate(["PostgreSQL", "MySQL", "CockroachDB", "SQLite"]):
        body += text(820, 146 + 32 * number, name, weight="600")
    rows = [
        ("on a laptop", "bin/slipway migrate sql up, then bin/slipway serve"),
        ("in Compose", "a service that has to succeed before the server starts"),
        ("in Kubernetes", "a Job before the upgrade, then a Deployment that rolls: one chart"),
        ("in a pipeline",
         "ci/slipway: test and plan on a pull request, migrate before a deployment"),
    ]
    for number, (where, how) in enumerate(rows):
        y = 358 + 26 * number
        body += text(150, y, where, weight="600", anchor="end")
        body += text(170, y, how, anchor="start")
    return svg(940, 456, "How Slipway migrates and serves", body, "#ffffff")


# --- what it looks like -------------------------------------------------------------------------

MIGRATIONS = {
    "1_create_letters.up.sql": "CREATE TABLE letters (id BIGINT PRIMARY KEY, words TEXT);\n",
    "1_create_letters.down.sql": "DROP TABLE letters;\n",
    "2_index_words.up.sql": "CREATE INDEX letters_words ON letters (words);\n",
    "2_index_words.down.sql": "DROP INDEX letters_words;\n",
    "3_add_author.up.sql": "ALTER TABLE leters ADD COLUMN author TEXT;\n",
    "3_add_author.down.sql": "ALTER TABLE letters DROP COLUMN author;\n",
}
COMMANDS = [
    "slipway migrate sql up --path migrations --to 2 --yes",
    "slipway migrate sql status --path migrations",
    "slipway migrate sql up --path migrations --yes",
    "echo $?",
]


def run():
    lines = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name, "migrations")
        folder.mkdir()
        for file, sql in MIGRATIONS.items():
            (folder / file).write_text(sql)
        environment = dict(os.environ, DSN="sqlite://app.sqlite", NO_COLOR="1")
        code = 0
        for command in COMMANDS:
            ran = subprocess.run(
                ["bash", "-c", f"(exit {code}); {command}"], cwd=name, env=environment, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
            )
            code = ran.returncode
            lines.append("$ " + command)
            lines += re.sub(r"\b\d+ ms\b", "1 ms", ran.stdout).expandtabs(8).splitlines() + [""]
    return lines[:-1]


def terminal():
    body = ""
    lines = run()
    for number, line in enumerate(lines):
        colour = "#e5e7eb"
        if line.startswith("$ "):
            colour = "#5eead4"
        elif line.startswith("slipway: "):
            colour = "#fca5a5"
        body += (
            f'<text x="20" y="{34 + 18 * number}" font-family="ui-monospace, monospace"'
            f' font-size="13" fill="{colour}" xml:space="preserve">{html.escape(line)}</text>\n'
        )
    width, height = 40 + 8 * max(len(line) for line in lines), 36 + 18 * len(lines)
    return svg(width, height, "A run that succeeds, and one that fails", body, "#111827")


(FOLDER / "architecture.svg").write_text(architecture())
(FOLDER / "terminal.svg").write_text(terminal())
