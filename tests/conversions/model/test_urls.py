"""URLs as browsers, scripts and attackers send them."""

from unicodedata import normalize
from urllib.parse import quote

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from goalpost.conversions.model.hosts import normal_host
from goalpost.conversions.model.urls import MAX_PATH, MAX_SUFFIX, Url, normal_path, route_of, split_url, suffix_of

URLS = {
    "https://example.com": Url("example.com", "/", "", ""),
    "https://example.com/": Url("example.com", "/", "", ""),
    "https://example.com?a=1": Url("example.com", "/", "a=1", ""),
    "https://example.com#top": Url("example.com", "/", "", "top"),
    "http://example.com/pricing": Url("example.com", "/pricing", "", ""),
    "http://example.com/pricing/": Url("example.com", "/pricing/", "", ""),
    "HTTPS://WWW.Example.COM/Pricing": Url("www.example.com", "/Pricing", "", ""),
    "http://localhost:8000/thanks": Url("localhost", "/thanks", "", ""),
    "http://127.0.0.1:8000/": Url("127.0.0.1", "/", "", ""),
    "http://[::1]:8000/x": Url("[::1]", "/x", "", ""),
    "http://[2001:DB8::1]/": Url("[2001:db8::1]", "/", "", ""),
    "https://example.com:/x": Url("example.com", "/x", "", ""),
    "https://user:secret@example.com/x": Url("example.com", "/x", "", ""),
    "https://my_shop.example.com/x": Url("my_shop.example.com", "/x", "", ""),
    "https://xn--mnchen-3ya.de/": Url("xn--mnchen-3ya.de", "/", "", ""),
    "https://MÜNCHEN.de/": Url("xn--mnchen-3ya.de", "/", "", ""),
    "https://example.com//a//b": Url("example.com", "//a//b", "", ""),
    "https://example.com/a?b?c=d#e?f#g": Url("example.com", "/a", "b?c=d", "e?f#g"),
    "https://example.com/a#b?c": Url("example.com", "/a", "", "b?c"),
    "https://example.com/mail@example.com": Url("example.com", "/mail@example.com", "", ""),
    "https://example.com/q?next=https://user@other.com/": Url("example.com", "/q", "next=https://user@other.com/", ""),
    "https://example.com/blog/caf%C3%A9": Url("example.com", "/blog/café", "", ""),
    "https://example.com/blog/café": Url("example.com", "/blog/café", "", ""),
    "https://example.com/?q=caf%C3%A9#caf%C3%A9": Url("example.com", "/", "q=caf%C3%A9", "caf%C3%A9"),
    # From the access log
    "http://semicomplete.com/blog/tags/life%20hacks": Url("semicomplete.com", "/blog/tags/life hacks", "", ""),
    "http://semicomplete.com/blog/geekery%E2%80%A6": Url("semicomplete.com", "/blog/geekery…", "", ""),
    "http://semicomplete.com/presentations/vim/%094": Url("semicomplete.com", "/presentations/vim/%094", "", ""),
    "http://semicomplete.com/demo?width=100%&height=100%": Url(
        "semicomplete.com", "/demo", "width=100%&height=100%", ""
    ),
}

PATHS = {
    "/a+b": "/a+b",
    "/a%2Bb": "/a+b",
    "/a%2Fb%3Fc%23d": "/a/b%3Fc%23d",  # the path ends where it ended
    "/100%25": "/100%",
    "/%2541": "/%41",  # once, not twice
    "/100%": "/100%",
    "/%zz%4": "/%zz%4",
    "/%E8%F1": "/%E8%F1",  # Windows-1251
    "/%e8%f1": "/%E8%F1",
    "/%C3%A9%C3": "/é%C3",
    "/é%C3%A9": "/éé",
    "/%C3%41": "/%C3A",
    "/%ED%A0%80": "/%ED%A0%80",  # a surrogate, which UTF-8 does not have
    "/%F4%90%80%80": "/%F4%90%80%80",  # beyond Unicode
    "/%C0%AF": "/%C0%AF",  # a slash in two bytes
    "/%00": "/%00",
    "/a%0d%0Ab": "/a%0D%0Ab",
    "/%1F%7F": "/%1F%7F",
    "/a\x00b\nc\x7f": "/a%00bc%7F",
    "/a b": "/a b",
    "/\u00a0\u2028": "/\u00a0\u2028",
    "/%F0%9F%8E%AF": "/🎯",
}

OTHER_ADDRESSES = {
    # Apps, local files and extensions; the first is the example that Plausible's Events API gives for apps:
    # https://plausible.io/docs/events-api
    "app://localhost/login": Url("localhost", "/login", "", ""),
    "capacitor://localhost/tabs/home?x=1": Url("localhost", "/tabs/home", "x=1", ""),
    "com.example.app://checkout/done": Url("checkout", "/done", "", ""),
    "app:/login": Url("", "/login", "", ""),
    "ionic://localhost": Url("localhost", "/", "", ""),
    "file:///C:/site/index.html": Url("", "/C:/site/index.html", "", ""),
    "chrome-extension://abcdef/popup.html": Url("abcdef", "/popup.html", "", ""),
    "ftp://example.com/a": Url("example.com", "/a", "", ""),
    # Without a scheme, without a host
    "/blog": Url("", "/blog", "", ""),
    "/": Url("", "/", "", ""),
    "/blog?a=1#top": Url("", "/blog", "a=1", "top"),
    "blog": Url("", "/blog", "", ""),
    "blog/caf%C3%A9": Url("", "/blog/café", "", ""),
    "//host/path": Url("host", "/path", "", ""),
    "example.com/path": Url("example.com", "/path", "", ""),
    "example.com": Url("example.com", "/", "", ""),
    "example.com:8080/path": Url("example.com", "/path", "", ""),
    "localhost:3000": Url("localhost", "/", "", ""),
    "[::1]:3000/x": Url("[::1]", "/x", "", ""),
    # As browsers read them: https://url.spec.whatwg.org/#concept-basic-url-parser
    " https://example.com/ ": Url("example.com", "/", "", ""),
    "https://example.com/a\n": Url("example.com", "/a", "", ""),
    "https:example.com/a": Url("example.com", "/a", "", ""),
    "https:///example.com/a": Url("example.com", "/a", "", ""),
    "https:\\\\example.com\\a\\b?c\\d": Url("example.com", "/a/b", "c\\d", ""),
    "https://example.com\\@evil.com/": Url("example.com", "/@evil.com/", "", ""),
    "https://a@b@example.com/x": Url("example.com", "/x", "", ""),
    "https://exa%6Dple.com/": Url("example.com", "/", "", ""),
    "https://example.com./a": Url("example.com", "/a", "", ""),
    "https://example.com:443/a": Url("example.com", "/a", "", ""),
    "https://xn--MNCHEN-3ya.de/": Url("xn--mnchen-3ya.de", "/", "", ""),
    "https://faß。de/": Url("xn--fa-hia.de", "/", "", ""),
    "https://💩.la/": Url("xn--ls8h.la", "/", "", ""),
    "https://\uff45xampl\uff45.com/": Url("example.com", "/", "", ""),
    # What stands where a host should is none, and the page counts all the same.
    "https://exa mple.com/x": Url("", "/x", "", ""),
    "https://exa\tmple.com/": Url("example.com", "/", "", ""),
    "ht\ntps://example.com/p\t\n\rq?a\n=1#to\tp": Url("example.com", "/pq", "a=1", "top"),
    # Dot segments, in whatever spelling: https://url.spec.whatwg.org/#double-dot-path-segment
    "https://example.com/a/../x": Url("example.com", "/x", "", ""),
    "https://example.com/./x": Url("example.com", "/x", "", ""),
    "https://example.com/a/%2e%2E/x/.%2e/y/%2e": Url("example.com", "/y/", "", ""),
    "https://example.com/a/b/..": Url("example.com", "/a/", "", ""),
    "https://example.com/../../x": Url("example.com", "/x", "", ""),
    "https://example.com/a//../x": Url("example.com", "/a/x", "", ""),
    "https://example.com\\a\\..\\x": Url("example.com", "/x", "", ""),
    "/a/../x?b=/../": Url("", "/x", "b=/../", ""),
    "https://example.com/.well-known/..x/...": Url("example.com", "/.well-known/..x/...", "", ""),
    "https://example.com/a%2F../x": Url("example.com", "/a/../x", "", ""),
    # One spelling for addresses of IPv6: https://url.spec.whatwg.org/#concept-ipv6-serializer
    "https://[0:0:0:0:0:0:0:1]:8000/x": Url("[::1]", "/x", "", ""),
    "https://[2001:DB8:0:0:1:0:0:1]/": Url("[2001:db8::1:0:0:1]", "/", "", ""),
    "https://[2001:db8:0:1:1:1:1:1]/": Url("[2001:db8:0:1:1:1:1:1]", "/", "", ""),
    "https://[::ffff:1.2.3.4]/": Url("[::ffff:102:304]", "/", "", ""),
    "https://[1:2]/x": Url("", "/x", "", ""),
    "https://[:::]/x": Url("", "/x", "", ""),
    "https://-.-/x": Url("", "/x", "", ""),
    "https://a..b/x": Url("", "/x", "", ""),
    "app://-/index.html": Url("-", "/index.html", "", ""),
    "https://example\x00.com/": Url("", "/", "", ""),
    "https://example\x85.com/": Url("", "/", "", ""),
    "https://exa<mple.com/": Url("", "/", "", ""),
    "https://exa%00mple.com/": Url("", "/", "", ""),
    "https://exa\udfffmple.com/x": Url("", "/x", "", ""),
    "https://.example.com/": Url("", "/", "", ""),
    "https://:8000/x": Url("", "/x", "", ""),
    "https://user@/x": Url("", "/x", "", ""),
    "https://example.com:80a/x": Url("", "/x", "", ""),
    "https://example.com:80:80/x": Url("", "/x", "", ""),
    "https://[::1/x": Url("", "/x", "", ""),
    "https://::1/x": Url("", "/x", "", ""),
    "https://[example.com]/x": Url("", "/x", "", ""),
    "https://[::1]x/y": Url("", "/y", "", ""),
    "https://" + "a" * 254 + "/x": Url("", "/x", "", ""),
    # What cannot be stored
    "https://example.com/\ud800": Url("example.com", "/\ufffd", "", ""),
    "https://example.com/a\udcff": Url("example.com", "/a%FF", "", ""),
}

NOT_PAGES = [
    *("", " ", "?q", "#x", "http:", "http://", "https:///", "https://?q", "https://#x"),
    *("about:blank", "javascript:alert(1)", "data:text/html,x", "mailto:a@example.com", "tel:+4930123456"),
    *("blob:https://example.com/0a1b", "sms:+1?body=x", "about:blank#/a", "tel:4930123456"),
]


@pytest.mark.parametrize(("url", "parts"), URLS.items())
def test_splits(url: str, parts: Url) -> None:
    assert split_url(url) == parts


@pytest.mark.parametrize(("url", "parts"), OTHER_ADDRESSES.items())
def test_takes_what_it_can_from_any_address(url: str, parts: Url) -> None:
    assert split_url(url) == parts


@pytest.mark.parametrize(("sent", "path"), PATHS.items())
def test_decodes_the_path_once_and_keeps_what_cannot_be_stored(sent: str, path: str) -> None:
    assert split_url(f"https://example.com{sent}?q=%00") == Url("example.com", path, "q=%00", "")


@pytest.mark.parametrize("text", NOT_PAGES)
def test_finds_no_page(text: str) -> None:
    assert split_url(text) is None


def test_a_path_is_cut_and_a_query_is_not_counted() -> None:
    assert MAX_PATH == 2000
    assert split_url("https://example.com/".ljust(5000, "a")) == Url("example.com", "/".ljust(2000, "a"), "", "")
    encoded = split_url("https://example.com/" + "%C3%A9" * 3000)
    assert encoded is not None and encoded.path.startswith(
        "/" + "é" * 1300
    )  # 8,192 characters of host and path are read
    query = "x" * 100_000
    assert split_url(f"https://example.com/a?{query}#{query}") == Url("example.com", "/a", query, query)
    assert len(suffix_of(query, query)) == MAX_SUFFIX


@pytest.mark.parametrize(
    ("path", "normal"),
    [
        ("/caf%c3%a9", "/café"),
        ("/cafe\u0301", "/café"),
        ("/cafe%CC%81", "/café"),
        ("/%e8%f1", "/%E8%F1"),
        ("/a%3fb%23c", "/a%3Fb%23c"),
        ("/thanks;jsessionid=0A1B", "/thanks"),
        ("/thanks;JSESSIONID=0A1B/next;v=2", "/thanks/next;v=2"),
        ("/thanks%3Bjsessionid=0A1B", "/thanks"),
        ("/a\\b%5Cc", "/a/b\\c"),
        ("/a/../thanks", "/thanks"),
        ("/./thanks", "/thanks"),
        ("/app/.#/a/../b", "/app/#/a/../b"),
        ("a/../b", "a/../b"),
    ],
)
def test_a_path_has_one_spelling(path: str, normal: str) -> None:
    assert normal_path(path) == normal


@pytest.mark.parametrize(
    ("fragment", "route"),
    [
        ("/thanks", "/thanks"),
        ("/thanks?order=1", "/thanks"),
        ("/thanks#top", "/thanks"),
        ("!/thanks", "!/thanks"),
        ("/caf%C3%A9", "/café"),
        ("/a=b", "/a=b"),
        ("thanks", "thanks"),
        ("access_token=abc", ""),
        ("", ""),
    ],
)
def test_a_route_is_the_path_within_a_fragment(fragment: str, route: str) -> None:
    assert route_of(fragment) == route


@pytest.mark.parametrize(
    ("query", "fragment", "suffix"),
    [
        ("", "", ""),
        ("x=1", "", "?x=1"),
        ("", "top", "#top"),
        ("q=caf%c3%a9&y=%20", "caf%C3%A9", "?q=café&y= #café"),
        ("q=%3F%23&x=a?b", "a#b", "?q=%3F%23&x=a?b#a#b"),
        ("q=a+b", "a+b", "?q=a b#a+b"),
        ("q=a%2Bb&r=a%20b", "", "?q=a+b&r=a b"),
        ("email=a", "access_token=b", "?email=#access_token="),
        ("a@example.com", "", ""),
        ("x=\ud800\0", "", "?x=\ufffd%00"),
    ],
)
def test_query_and_fragment_have_one_spelling_too(query: str, fragment: str, suffix: str) -> None:
    assert suffix_of(query, fragment) == suffix


pieces = ["https://", "www.", *"ab/:?#@[].%é\\ \n\x00", "%C3", "%A9", "%00", "\ud800", "\udc80"]
url_text = st.lists(st.sampled_from(pieces)).map("".join)


@given(st.one_of(st.text(st.characters(exclude_categories=[])), url_text, url_text.map("https://".__add__)))
@example("https://a/\udc80%C3")
@example("https://İ.example/")
def test_never_raises_and_never_returns_what_cannot_be_stored(text: str) -> None:
    url = split_url(text)
    if url is None:
        return
    "".join((url.host, url.path, suffix_of(url.query, url.fragment), route_of(url.fragment))).encode()
    assert not set(url.host) & set(" /?#@\\%\x00\n")
    assert url.host.isascii()
    assert url.path.startswith("/")
    assert not any(character < " " or character in "\x7f?#" for character in url.path)
    assert "#" not in url.query
    assert normal_path(url.path.replace("%", "%25")) == url.path


@given(
    st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?", fullmatch=True),
    st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="?#;"), max_size=50),
    st.text("abc=&%+/?", max_size=20),
    st.text("abc=&%+/?#", max_size=20),
)
def test_gives_back_what_was_put_together(host: str, path: str, query: str, fragment: str) -> None:
    assume(not {".", ".."} & set(path.split("/")))
    url = split_url(f"https://{host}/{quote(path)}?{query}#{fragment}")
    assert url == Url(normal_host(host), f"/{normalize('NFC', path)}", query, fragment)
