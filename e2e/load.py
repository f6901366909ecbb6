"""Asks a Slipway server without a pause worth mentioning until SIGTERM, and counts what fails.

    load.py http://127.0.0.1:30001 NAME

Half of the workers keep their connection as long as the server does, half make a new one for each
request, as clients do that come and go during a rollout. A failure is every answer that is not 2xx
and every connection that breaks. Prints what was asked, what failed, how many answers came from
servers that know how many migrations, and for how long servers of each kind answered beside each
other; NAME is a part of the email addresses it creates.
"""

import http.client
import json
import re
import signal
import sys
import threading
import time
import urllib.parse

PAUSE = 0.05
stopped = threading.Event()
counted = threading.Lock()
asked = 0
created = 0
failures = []
answers = {}


class Client:
    """A worker's way to the server."""

    def __init__(self, address, kept):
        self.connection = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
        self.kept = kept

    def ask(self, method, path, body=None):
        """An answer's text, or None for a failure, which is counted."""
        global asked
        why = None
        text = None
        try:
            headers = {} if body is None else {"Content-Type": "application/json"}
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            text = answer.read().decode()
            if not self.kept:
                self.connection.close()
            if answer.status // 100 != 2:
                why = f"{answer.status} {text.strip()}"
        except (OSError, http.client.HTTPException) as e:
            self.connection.close()
            why = f"{type(e).__name__}: {e}"
        with counted:
            asked += 1
            if why is not None:
                kind = "kept" if self.kept else "new"
                failures.append(f"{time.strftime('%X')} {method} {path} ({kind} connection): {why}")
        return text if why is None else None


def work(address, name, number, kept):
    """What one worker does: creates, reads what it created, lists, and asks who answers."""
    global created
    client = Client(address, kept)
    turn = 0
    while not stopped.is_set():
        turn += 1
        email = f"{name}-{number}-{turn}@example.com"
        body = json.dumps({"schema_id": "default", "traits": {"email": email}})
        identity = client.ask("POST", "/admin/identities", body)
        if identity is not None:
            with counted:
                created += 1
            time.sleep(PAUSE)
            client.ask("GET", "/admin/identities/" + json.loads(identity)["id"])
        time.sleep(PAUSE)
        client.ask("GET", "/admin/identities?page_size=10")
        time.sleep(PAUSE)
        metrics = client.ask("GET", "/metrics/prometheus")
        known = re.search(r"^slipway_migrations_applied (\d+)", metrics or "", re.MULTILINE)
        if known:
            with counted:
                answers.setdefault(known[1], []).append(time.monotonic())
        time.sleep(PAUSE)


def main():
    address = urllib.parse.urlsplit(sys.argv[1])
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    workers = [
        threading.Thread(target=work, args=(address, sys.argv[2], number, number % 2 == 0))
        for number in range(6)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(f"asked {asked}")
    print(f"failed {len(failures)}")
    print(f"created {created}")
    for known, times in sorted(answers.items()):
        print(f"answered-with-migrations {known} {len(times)}")
    if answers:
        together = min(max(times) for times in answers.values())
        together -= max(min(times) for times in answers.values())
        print(f"side-by-side {together:.0f}")
    for failure in failures[:10]:
        print(failure)


main()
