"""Scripts are served small on the wire, kept by browsers, readable by every page."""

import gzip

import httpx
import pytest

from tests.support.server import RunningServer, Site

SIZES = {"/a.js": 1024, "/p.js": 2048, "/h.js": 512, "/js/script.js": 2900, "/js/{portal}/{site}.js": 1700}


def ask(server: RunningServer, site: Site, path: str, **headers: str) -> httpx.Response:
    url = server.url + path.format(portal=site.workspace.name, site=site.key)
    with httpx.Client(trust_env=False) as client, client.stream("GET", url, headers=headers) as answer:
        answer.extensions["raw"] = b"".join(answer.iter_raw())
        return answer


@pytest.mark.parametrize(("path", "size"), SIZES.items())
def test_a_script_is_small_on_the_wire(server: RunningServer, site: Site, path: str, size: int) -> None:
    zipped = ask(server, site, path, **{"accept-encoding": "gzip, deflate, br"})
    plain = ask(server, site, path, **{"accept-encoding": "identity"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert len(zipped.extensions["raw"]) == int(zipped.headers["content-length"]) <= size
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(zipped.extensions["raw"]) == plain.extensions["raw"]
    for answer in (zipped, plain):
        assert answer.headers["vary"] == "accept-encoding"
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert answer.headers["cache-control"] == "public, max-age=3600"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert answer.headers["access-control-allow-origin"] == "*"
    assert zipped.headers["etag"] != plain.headers["etag"]


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "gzip;q=0.0, *", "*;q=0"])
def test_who_cannot_unzip_gets_it_plain(server: RunningServer, site: Site, accepted: str) -> None:
    assert "content-encoding" not in ask(server, site, "/a.js", **{"accept-encoding": accepted}).headers


@pytest.mark.parametrize("path", SIZES)
def test_a_script_that_the_browser_has_is_not_sent_again(server: RunningServer, site: Site, path: str) -> None:
    first = ask(server, site, path, **{"accept-encoding": "gzip"})
    tags = [first.headers["etag"], "W/" + first.headers["etag"], f'"other", {first.headers["etag"]}']
    for tag in tags:
        again = ask(server, site, path, **{"accept-encoding": "gzip", "if-none-match": tag})
        assert (again.status_code, again.extensions["raw"]) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    assert ask(server, site, path, **{"if-none-match": '"other"'}).status_code == 200
