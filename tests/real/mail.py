"""The receiving half of mail.sh: a mail server, the orders to report on, and the judge."""

import asyncio
import email
import email.policy
import html.parser
import pathlib
import sys
import time


def serve(folder: pathlib.Path, port_file: pathlib.Path) -> None:
    """Take every mail and keep it as a file; tell the port once it is open."""
    from aiosmtpd.smtp import SMTP

    class Keep:
        async def handle_DATA(self, server, session, envelope):
            number = len(list(folder.iterdir()))
            (folder / f"{number:03}.eml").write_bytes(envelope.original_content)
            return "250 taken"

    async def main() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(Keep(), hostname="mail.test"), "127.0.0.1", 0)
        part = port_file.with_suffix(".part")
        part.write_text(str(server.sockets[0].getsockname()[1]))
        part.rename(port_file)
        await server.serve_forever()

    asyncio.run(main())


def orders() -> None:
    """Order lines of the last forty days, as a shop exports them."""
    print("id,time,sku,quantity,market")
    today = int(time.time()) // 86_400
    for back in range(40, 1, -1):
        for number in range(3):
            moment = time.strftime("%Y-%m-%dT%H:00:00Z", time.gmtime((today - back) * 86_400 + 3_600 * (8 + number)))
            print(f"o{back}-{number},{moment},MUG-01,{2 + (back + number) % 3},us")


class Words(html.parser.HTMLParser):
    """What a person reads of an HTML text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)

    def handle_data(self, data):
        self.words.append(data)


def squeezed(text: str) -> str:
    return "".join(text.split())


def check_mail(message) -> str:
    """Judge one mail; its address and language."""
    assert message.get_content_type() == "multipart/alternative", message.get_content_type()
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] is not None and message["Message-ID"].endswith("@shop.example>")
    assert not message.defects, message.defects
    plain, rich = message.get_payload()
    assert plain.get_content_type() == "text/plain" and rich.get_content_type() == "text/html"
    for part in (plain, rich):
        assert part.get_content_charset() == "utf-8", part.get_content_charset()
        assert not part.defects, part.defects
        # RFC 5321 4.5.3.1.6: no line above 1000 octets with its end.
        assert max(map(len, part.as_bytes().split(b"\n"))) <= 999
    text, page = plain.get_content(), rich.get_content()
    words = Words()
    words.feed(page)
    assert not {"script", "img", "svg", "link", "iframe"} & set(words.tags), set(words.tags)
    assert "<b>500 ml</b>" in text and "<b>500 ml</b>" not in page
    told = squeezed("".join(words.words))
    pieces = 0
    for line in text.splitlines():
        for piece in line.strip().strip("=- ").split("  "):
            for fact in squeezed(piece).split("·"):
                if fact and not fact.startswith("http"):
                    pieces += 1
                    assert fact in told, f"only the text says {fact!r}"
    assert pieces > 20, pieces
    return message["To"].addresses[0].addr_spec


def check(folder: pathlib.Path, again: pathlib.Path) -> None:
    mails = {}
    for file in sorted(folder.iterdir()):
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        address = check_mail(message)
        assert address not in mails, f"{address} was mailed twice"
        mails[address] = message
    assert set(mails) == {"min@shop.example", "ops@shop.example"}, set(mails)
    chinese, english = mails["min@shop.example"], mails["ops@shop.example"]
    assert chinese["Subject"].startswith("Harbour Goods 海港商行："), chinese["Subject"]
    assert english["Subject"].startswith("Harbour Goods 海港商行: "), english["Subject"]
    assert chinese["To"].addresses[0].display_name == "王敏"
    assert english["To"].addresses[0].display_name == "Ops, night shift"
    assert "立即下单" in chinese.get_body(("plain",)).get_content()
    assert "Order now" in english.get_body(("plain",)).get_content()
    assert chinese["Message-ID"] != english["Message-ID"]
    assert again.read_text().count("nothing new") == 3, again.read_text()
    print("two mails were received and parsed; text and HTML say the same; nothing came twice")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", folder, port_file]:
            serve(pathlib.Path(folder), pathlib.Path(port_file))
        case ["orders"]:
            orders()
        case ["check", folder, again]:
            check(pathlib.Path(folder), pathlib.Path(again))
        case _:
            sys.exit(f"unknown: {sys.argv[1:]}")
