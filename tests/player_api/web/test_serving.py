"""What browsers get of a built application, and how."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from player_api.app import create_app
from runtime.settings import Settings

ENTRY = "customElements.define('script-player', class extends HTMLElement {});"
CHUNK = "chunks/form-BX2J9k3a.js"
PAGE = "<!doctype html><title>Script Manager</title>"
ASSET = "assets/index-BX2J9k3a.js"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "player" / "chunks").mkdir(parents=True)
    entry = tmp_path / "player" / "script-player.js"
    entry.write_text(ENTRY, encoding="utf-8")
    entry.with_name("script-player.js.gz").write_bytes(gzip.compress(ENTRY.encode()))
    entry.with_name("script-player.js.br").write_bytes(b"as brotli")
    (tmp_path / "player" / CHUNK).write_text("export {};")
    (tmp_path / "player" / "player.css").write_text(":host {}")
    (tmp_path / "studio" / "assets").mkdir(parents=True)
    (tmp_path / "studio" / "index.html").write_text(PAGE)
    (tmp_path / "studio" / ASSET).write_text("export {};")
    return tmp_path


def facade(folder: Path) -> FastAPI:
    return create_app(Settings(database_url=SecretStr("postgresql://nobody@127.0.0.1/none"), web_path=str(folder)))


@pytest.fixture
async def page(built: Path) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(facade(built))
    headers = {"Accept-Encoding": "identity", "Origin": "https://crm.example"}
    async with httpx.AsyncClient(transport=transport, base_url="http://facade", headers=headers) as client:
        yield client


@pytest.mark.parametrize(
    ("accepted", "coding", "body"),
    [
        ("identity", None, ENTRY.encode()),
        ("gzip, deflate", "gzip", ENTRY.encode()),
        ("gzip;q=0, br;q=0.0", None, ENTRY.encode()),
        ("GZIP;q=0.5", "gzip", ENTRY.encode()),
        ("", None, ENTRY.encode()),
    ],
)
async def test_the_best_encoding_that_a_browser_takes(
    page: httpx.AsyncClient, accepted: str, coding: str | None, body: bytes
) -> None:
    answer = await page.get("/player/script-player.js", headers={"Accept-Encoding": accepted})
    assert (answer.status_code, answer.headers.get("content-encoding"), answer.content) == (200, coding, body)
    assert answer.headers["vary"] == "Accept-Encoding"


async def test_brotli_goes_first(page: httpx.AsyncClient) -> None:
    headers = {"Accept-Encoding": "gzip, deflate, br, zstd"}
    answer = await page.head("/player/script-player.js", headers=headers)
    assert (answer.headers["content-encoding"], answer.headers["content-length"]) == ("br", str(len(b"as brotli")))


async def test_a_file_without_encodings_is_sent_as_it_is(page: httpx.AsyncClient) -> None:
    answer = await page.get(f"/player/{CHUNK}", headers={"Accept-Encoding": "br, gzip"})
    assert (answer.headers.get("content-encoding"), answer.text) == (None, "export {};")


@pytest.mark.parametrize(
    ("path", "media_type", "kept"),
    [
        ("script-player.js", "text/javascript; charset=utf-8", "public, no-cache"),
        (CHUNK, "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        ("player.css", "text/css; charset=utf-8", "public, no-cache"),
    ],
)
async def test_any_page_may_load_and_keep_it(page: httpx.AsyncClient, path: str, media_type: str, kept: str) -> None:
    answer = await page.get(f"/player/{path}")
    headers = answer.headers
    assert (headers["content-type"], headers["cache-control"]) == (media_type, kept)
    assert (headers["access-control-allow-origin"], headers["cross-origin-resource-policy"]) == ("*", "cross-origin")
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("accepted", ["identity", "gzip", "br"])
async def test_what_has_not_changed_is_not_sent_again(page: httpx.AsyncClient, accepted: str) -> None:
    tag = (await page.head("/player/script-player.js", headers={"Accept-Encoding": accepted})).headers["etag"]
    headers = {"Accept-Encoding": accepted, "If-None-Match": f'"older", {tag}'}
    again = await page.get("/player/script-player.js", headers=headers)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)


@pytest.mark.parametrize("path", ["nothing.js", "", "script-player.js.br", "%2e%2e/%2e%2e/pyproject.toml"])
async def test_what_was_not_built_is_not_there(page: httpx.AsyncClient, path: str) -> None:
    answer = await page.get(f"/player/{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_the_studio_is_a_page_of_its_own(page: httpx.AsyncClient) -> None:
    answer = await page.get("/studio/")
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "public, no-cache"
    moved = await page.get("/studio")
    assert (moved.status_code, moved.headers["location"]) == (307, "studio/")


@pytest.mark.parametrize("path", ["", "index.html", ASSET])
async def test_no_other_page_holds_or_reads_the_studio(page: httpx.AsyncClient, path: str) -> None:
    headers = (await page.get(f"/studio/{path}")).headers
    policy = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert "access-control-allow-origin" not in headers
    assert headers["cross-origin-resource-policy"] == headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"


async def test_where_nothing_is_built_the_answer_says_so(tmp_path: Path) -> None:
    transport = httpx.ASGITransport(facade(tmp_path))
    async with httpx.AsyncClient(transport=transport, base_url="http://facade") as client:
        answer = await client.get("/player/script-player.js")
    assert (answer.status_code, answer.json()["title"]) == (404, "The player is not built here")
