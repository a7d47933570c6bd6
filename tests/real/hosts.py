#!/usr/bin/env python3
"""Ten thousand hosts in one process: how much memory, and is anybody left out?

    tests/real/hosts.py PROGRAM [HOSTS] [MEGABYTES_MAX]

PROGRAM: a built groundswell. Every host is an address of its own on this machine (127.1.x.y, which
Linux has without further ado), with a robots.txt and a feed. One of them accepts and never answers,
one sends a byte now and then: they must delay nobody. Needs `ulimit -n` above HOSTS.
"""

import asyncio
import json
import pathlib
import resource
import socket
import subprocess
import sys
import tempfile
import time

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
HOSTS = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
MEGABYTES_MAX = int(sys.argv[3]) if len(sys.argv) > 3 else 200
DEADLINE_S = 3_000
ITEM = """<item><title>Post {0} at {1}</title><guid>{0}</guid><link>http://{1}/{0}</link>
<description>{2}</description><pubDate>Mon, 23 Nov 2026 10:{0:02}:00 GMT</pubDate></item>"""
WORDS = "The kettle boils fast and the lid stays cool, but the spout drips a little. " * 4


def address(number):
    return f"127.1.{number // 250}.{number % 250 + 1}"


def body(path, host):
    if path == "/robots.txt":
        return b"text/plain", b"User-agent: *\nDisallow: /private\n"
    items = "".join(ITEM.format(place, host, WORDS) for place in range(20))
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{host}</title>{items}</channel></rss>'
    return b"application/rss+xml", feed.encode()


async def answer(number, reader, writer):
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        if number == 0:
            await asyncio.sleep(DEADLINE_S)
        if number == 1:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n")
            while True:
                writer.write(b"#")
                await writer.drain()
                await asyncio.sleep(1)
        kind, content = body(head.split(b" ", 2)[1].decode(), address(number))
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: %s\r\ncontent-length: %d\r\n\r\n%s"
            % (kind, len(content), content)
        )
        await writer.drain()
        await reader.read()
    except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
        pass
    finally:
        writer.close()


async def serve():
    first = socket.create_server((address(0), 0), backlog=16)
    port = first.getsockname()[1]
    for number in range(HOSTS):
        listener = first if number == 0 else socket.create_server((address(number), port), backlog=16)
        await asyncio.start_server(lambda r, w, number=number: answer(number, r, w), sock=listener)
    return port


def home(folder, port):
    hosts = [f"{address(number)}:{port}" for number in range(HOSTS)]
    feeds = [f"http://{host}/feed.xml" for host in hosts]
    (folder / "groundswell.toml").write_text(
        "[crawl]\n"
        'contact = "ops@shop.example"\n'
        f"private_hosts = {json.dumps(hosts)}\n"
        f"deadline_s = {DEADLINE_S}\ntimeout_s = 10\nretries_max = 1\n"
        "hosts_at_once_max = 32\nhost_pause_ms = 100\n"
        f'[[watch]]\nsource = "feed"\nqueries = {json.dumps(feeds)}\nschedule = "@daily"\n'
    )


async def main():
    port = await serve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        home(folder, port)
        began = time.monotonic()
        crawl = await asyncio.create_subprocess_exec(
            PROGRAM, "--dir", folder, "crawl", "--format", "json",
            stdout=subprocess.PIPE, stderr=open(folder / "log", "w"),
        )
        out, _ = await crawl.communicate()
        took = time.monotonic() - began
        if not out:
            print((folder / "log").read_text()[-2_000:])
            return False
        line = json.loads(out)[0]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1_024
    print(
        f"{HOSTS} hosts: {line['pages']} pages, {line['records']} records, {line['refused']} refused, "
        f"{line['errors']} failed, {took:.0f} s, peak {peak:.0f} MB"
    )
    # Two hosts of the kind that hangs; everybody else was read.
    is_right = line["pages"] == HOSTS - 2 and line["records"] == 20 * (HOSTS - 2)
    return is_right and peak <= MEGABYTES_MAX


sys.exit(0 if asyncio.run(main()) else 1)
