"""URLs as browsers, scripts and attackers send them."""

from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from goalpost.core.urls import MAX_URL_LENGTH, Url, split_url

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
    "https://MÜNCHEN.de/": Url("münchen.de", "/", "", ""),
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
    "/a%2Fb%3Fc%23d": "/a/b?c#d",
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
    "/a\x00b\nc\x7f": "/a%00b%0Ac%7F",
    "/a b": "/a b",
    "/\u00a0\u2028": "/\u00a0\u2028",
    "/%F0%9F%8E%AF": "/🎯",
}

NOT_URLS = [
    "",
    "/pricing",
    "example.com/pricing",
    "//example.com/pricing",
    "http:",
    "http://",
    "http:///pricing",
    "http:/example.com",
    "http:example.com",
    "https://?q",
    "https://#x",
    "https://:8000/",
    "https://user@/",
    "https://.example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "app://localhost/index.html",
    "android-app://com.google.android.gm/",
    "about:blank",
    "javascript:alert(1)",
    "data:text/html,x",
    " https://example.com/",
    "xhttps://example.com/",
    "https://exam ple.com/",
    "https://exam\tple.com/",
    "https://example.com\n/",
    "https://example\x00.com/",
    "https://example\x85.com/",
    "https://example\u00a0.com/",
    "https://example.com:80a/",
    "https://example.com:123456/",
    "https://example.com:80:80/",
    "https://exa%6Dple.com/",
    "https://exa<mple.com/",
    "https://example.com\\@evil.com/",
    "https://a@b@example.com/",
    "https://[::1/",
    "https://::1/",
    "https://[example.com]/",
    "https://[::1]x/",
    "https://example.com/\ud800",
    "https://example.com/?q=\udcff",
    "https://exa\udfffmple.com/",
    "https://" + "a" * 254 + "/",
]


@pytest.mark.parametrize(("url", "parts"), URLS.items())
def test_splits(url: str, parts: Url) -> None:
    assert split_url(url) == parts


@pytest.mark.parametrize(("sent", "path"), PATHS.items())
def test_decodes_the_path_once_and_keeps_what_cannot_be_stored(sent: str, path: str) -> None:
    assert split_url(f"https://example.com{sent}?q=%00") == Url("example.com", path, "q=%00", "")


@pytest.mark.parametrize("text", NOT_URLS)
def test_refuses(text: str) -> None:
    assert split_url(text) is None


def test_length_is_limited() -> None:
    url = "https://example.com/".ljust(MAX_URL_LENGTH, "a")
    assert MAX_URL_LENGTH == 2048
    assert split_url(url) is not None
    assert split_url(url + "a") is None


pieces = ["https://", "www.", *"ab/:?#@[].%é\\ \n\x00", "%C3", "%A9", "%00", "\ud800", "\udc80"]
url_text = st.lists(st.sampled_from(pieces)).map("".join)


@given(st.one_of(st.text(st.characters(exclude_categories=[])), url_text, url_text.map("https://".__add__)))
@example("https://a/\udc80%C3")
@example("https://İ.example/")
def test_never_raises_and_never_returns_what_cannot_be_stored(text: str) -> None:
    url = split_url(text)
    if url is None:
        return
    "".join(url).encode()
    assert url.host
    assert not set(url.host) & set(" /?#@\\%\x00\n")
    assert url.path.startswith("/")
    assert not any(character < " " or character == "\x7f" for character in url.path)
    assert "#" not in url.query


@given(
    st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?", fullmatch=True),
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=50),
    st.text("abc=&%+/?", max_size=20),
    st.text("abc=&%+/?#", max_size=20),
)
def test_gives_back_what_was_put_together(host: str, path: str, query: str, fragment: str) -> None:
    url = split_url(f"https://{host}/{quote(path)}?{query}#{fragment}")
    assert url == Url(host, f"/{path}", query, fragment)
