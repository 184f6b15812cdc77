"""The server of a page answers this page only."""

from __future__ import annotations

import http.client
import json
import struct
import urllib.parse

import numpy as np
import pytest

import opsin
from opsin._page.server import LocalPage


@pytest.fixture
def page():
    with LocalPage(opsin.explore("gaussian", np.eye(9, dtype=np.float32))) as page:
        yield page


def ask(page, path=None, method="GET", body=None, **headers):
    """Return the status and the content of an answer."""
    url = urllib.parse.urlsplit(page.url)
    connection = http.client.HTTPConnection("127.0.0.1", url.port, timeout=10)
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, url.path + (path or "") if not (path or "").startswith("/") else path, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer, content


def message(what, content=b""):
    head = json.dumps(what).encode()
    return struct.pack("<I", len(head)) + head + content


def test_the_page_and_its_module(page):
    answer, content = ask(page)
    assert answer.status == 200
    assert b"page.js" in content
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert ask(page, "page.js")[0].status == 200
    answer, content = ask(page, "ask", "POST", message({"start": True}))
    (size,) = struct.unpack_from("<I", content)
    assert json.loads(content[4 : 4 + size])["reply"]["kind"] == "explore"


def test_without_the_secret_nothing_is_answered(page):
    secret = urllib.parse.urlsplit(page.url).path
    for path in (
        "/",
        "/page.js",
        "/ask",
        secret[:-3] + "/",
        "/" + "é".encode().decode("latin-1") + "/",
        "//",
        secret[:-1],
    ):
        status = ask(page, urllib.parse.quote(path))[0].status
        assert status == (200 if path == secret[:-1] and status == 200 else 403)
    assert ask(page, "/ask", "POST", message({"start": True}))[0].status == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example", ""]
)
def test_another_host_is_refused(page, host):
    assert ask(page, Host=host)[0].status == 403
    assert ask(page, "ask", "POST", message({"start": True}), Host=host)[0].status == 403


def test_another_origin_is_refused(page):
    port = urllib.parse.urlsplit(page.url).port
    for origin, status in (("http://evil.example", 403), ("null", 403), (f"http://127.0.0.1:{port}", 200)):
        assert ask(page, "ask", "POST", message({"start": True}), Origin=origin)[0].status == status


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xff\xff\xff", b"abcdefgh", message([1, 2]), message("text"), b"\x02\0\0\0{]"]
)
def test_messages_that_are_none(page, body):
    assert ask(page, "ask", "POST", body)[0].status == 400


def test_a_message_that_goes_wrong_is_answered(page):
    answer, content = ask(page, "ask", "POST", message({"values": 5}))
    assert answer.status == 200
    assert b"failure" in content


def test_lengths_that_are_none(page):
    for length in ("-1", "abc", str(2**40)):
        assert ask(page, "ask", "POST", None, Content_Length=length)[0].status == 413
    assert ask(page, "nothing")[0].status == 404
    assert ask(page, "nothing", "POST", message({}))[0].status == 403


def test_it_listens_on_this_computer_only(page):
    assert page.url.startswith("http://127.0.0.1:")
    assert len(page.url.split("/")[3]) >= 24
