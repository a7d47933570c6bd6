#!/usr/bin/env python3
"""How soon a pushed chat line is tagged: 1,000 lines over one socket into a running program.

    tests/real/push.py PROGRAM [HISTORY]

PROGRAM: a built groundswell, best a release build. HISTORY: lines that the store holds before
(20,000 without it). Sends each line as a request of its own, 200 a second, then the same number in
one body, and watches the store as any other process may. Fails if a line waits over two seconds.
"""

import datetime
import http.client
import json
import os
import re
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time

LINES = 1_000
LIMIT_S = 2.0
SETTINGS = """
[push]
address = "127.0.0.1:0"
[[inbox]]
source = "livechat"
as = "posts"
kind = "chat"
market = "us"
"""


def event(name, number):
    now = datetime.datetime.now(datetime.timezone.utc).isoformat()
    text = f"{name} {number}: is the Glimmerfox Cup dishwasher safe, and when is it back in stock?"
    return json.dumps({"id": f"{name}-{number}", "time": now, "role": "customer",
                       "author": f"visitor {number % 300}", "text": text}) + "\n"


class Sender:
    def __init__(self, address, token):
        self.connection = http.client.HTTPConnection(address, timeout=60)
        self.headers = {"Authorization": f"Bearer {token}"}

    def post(self, body):
        while True:
            self.connection.request("POST", "/inbox/livechat", body.encode(), self.headers)
            response = self.connection.getresponse()
            answer = response.read()
            if response.status == 503:
                time.sleep(float(response.headers["Retry-After"]))
                continue
            assert response.status == 200, (response.status, answer)
            return json.loads(answer)


class Watcher(threading.Thread):
    """Notes when each line of a name is first seen tagged."""

    def __init__(self, store, name, count):
        super().__init__(daemon=True)
        self.store, self.name, self.count, self.tagged = store, name, count, {}

    def run(self):
        database = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)
        until = time.monotonic() + 120
        while len(self.tagged) < self.count and time.monotonic() < until:
            rows = database.execute(
                "SELECT r.id FROM record r JOIN tag t ON t.record = r.key"
                " WHERE r.source = 'livechat' AND r.row > ? AND t.generation ="
                " (SELECT id FROM generation WHERE status = 'live')", (self.after,)).fetchall()
            now = time.monotonic()
            for (identity,) in rows:
                if identity.startswith(self.name + "-"):
                    self.tagged.setdefault(identity, now)
            time.sleep(0.01)

    def begin(self):
        database = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)
        self.after = database.execute("SELECT COALESCE(MAX(row), 0) FROM record").fetchone()[0]
        self.start()


def measured(store, name, send):
    watcher = Watcher(store, name, LINES)
    watcher.begin()
    sent = send()
    watcher.join()
    missing = LINES - len(watcher.tagged)
    waits = sorted(watcher.tagged[identity] - at for identity, at in sent.items()
                   if identity in watcher.tagged)
    print(f"{name}: {len(waits)} lines tagged, {missing} not; "
          f"median {statistics.median(waits) * 1000:.0f} ms, "
          f"99 of 100 within {waits[int(len(waits) * 0.99) - 1] * 1000:.0f} ms, "
          f"slowest {waits[-1] * 1000:.0f} ms")
    return missing == 0 and waits[-1] <= LIMIT_S


def one_by_one(sender):
    sent = {}
    began = time.monotonic()
    for number in range(LINES):
        time.sleep(max(0.0, began + number / 200 - time.monotonic()))
        sent[f"single-{number}"] = time.monotonic()
        sender.post(event("single", number))
    return sent


def at_once(sender):
    body = "".join(event("body", number) for number in range(LINES))
    now = time.monotonic()
    sender.post(body)
    return {f"body-{number}": now for number in range(LINES)}


def main():
    program = os.path.abspath(sys.argv[1])
    history = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    with tempfile.TemporaryDirectory() as home:
        with open(f"{home}/groundswell.toml", "w") as file:
            file.write(SETTINGS)
        with open(f"{home}/catalogue.csv", "w") as file:
            file.write("sku,name\nCUP-9,Glimmerfox Cup\n")
        daemon = subprocess.Popen([program, "run", "--dir", home], stderr=subprocess.PIPE, text=True)
        try:
            address = None
            for line in daemon.stderr:
                if found := re.search(r"events are taken at http://([^/]+)/", line):
                    address = found[1]
                    break
            threading.Thread(target=daemon.stderr.read, daemon=True).start()
            with open(f"{home}/data/push.token") as file:
                sender = Sender(address, file.read().strip())
            store = f"{home}/data/groundswell.sqlite"
            for start in range(0, history, 1_000):
                sender.post("".join(event("old", start + number) for number in range(1_000)))
            database = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
            while database.execute("SELECT COUNT(*) FROM tag").fetchone()[0] < history:
                time.sleep(0.2)
            passed = [measured(store, "single", lambda: one_by_one(sender)),
                      measured(store, "body", lambda: at_once(sender))]
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait()
    print(f"{sum(passed)} passed, {len(passed) - sum(passed)} failed")
    sys.exit(0 if all(passed) else 1)


if __name__ == "__main__":
    main()
