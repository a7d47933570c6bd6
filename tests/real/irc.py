"""One who chats, for irc.sh: joins a channel of a real IRC server, waits until the listener is there,
says its lines, sees them come back in order, and leaves.

    irc.py PORT CHANNEL LISTENER FIRST COUNT
"""

import socket
import sys

port, channel, listener, first, count = sys.argv[1:]
link = socket.create_connection(("127.0.0.1", int(port)), timeout=60)
text = link.makefile("r", encoding="utf-8", errors="replace", newline="\r\n")


def say(line):
    link.sendall(f"{line}\r\n".encode())


def hear(is_it):
    last = ""
    for line in text:
        last = line.strip()
        if line.startswith("PING"):
            say("PONG" + line[4:].rstrip("\r\n"))
        elif is_it(line):
            return
    sys.exit(f"the server has left; it last said: {last}")


say("NICK writer")
say("USER writer 0 * :writer")
hear(lambda line: " 001 " in line)
say(f"JOIN {channel}")
# 353 names who is there already, JOIN who comes.
hear(lambda line: listener in line and (" 353 " in line or " JOIN " in line))
numbers = range(int(first), int(first) + int(count))
for number in numbers:
    say(f"PRIVMSG {channel} :line {number}: is the mug : dishwasher safe? 🫖")
# The server answers in order: what comes before this pong was said.
say("PING done")
hear(lambda line: " PONG " in line and "done" in line)
say("QUIT")
