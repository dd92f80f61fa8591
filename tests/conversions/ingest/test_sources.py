"""Referrers and campaign links as they occur."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalpost.conversions.ingest.sources import Utm, source_of, utm_of

SOURCES = {
    "google.com": "Google",
    "www.google.com": "Google",
    "www.google.co.uk": "Google",
    "www.google.com.br": "Google",
    "www.google.fr": "Google",
    "google.cat": "Google",
    "news.google.com": "Google News",
    "mail.google.com": "Gmail",
    "gemini.google.com": "Gemini",
    "bing.com": "Bing",
    "cn.bing.com": "Bing",
    "duckduckgo.com": "DuckDuckGo",
    "r.duckduckgo.com": "DuckDuckGo",
    "de.search.yahoo.com": "Yahoo!",
    "search.yahoo.co.jp": "Yahoo!",
    "m.baidu.com": "Baidu",
    "yandex.ru": "Yandex",
    "yandex.com.tr": "Yandex",
    "ya.ru": "Yandex",
    "search.brave.com": "Brave Search",
    "www.ecosia.org": "Ecosia",
    "news.ycombinator.com": "Hacker News",
    "old.reddit.com": "Reddit",
    "out.reddit.com": "Reddit",
    "github.com": "GitHub",
    "gist.github.com": "GitHub",
    "t.co": "X",
    "x.com": "X",
    "mobile.twitter.com": "X",
    "facebook.com": "Facebook",
    "l.facebook.com": "Facebook",
    "lm.facebook.com": "Facebook",
    "m.facebook.com": "Facebook",
    "l.instagram.com": "Instagram",
    "lnkd.in": "LinkedIn",
    "m.youtube.com": "YouTube",
    "youtu.be": "YouTube",
    "www.pinterest.co.uk": "Pinterest",
    "away.vk.com": "VK",
    "t.me": "Telegram",
    "bsky.app": "Bluesky",
    "go.bsky.app": "Bluesky",
    "chatgpt.com": "ChatGPT",
    "www.perplexity.ai": "Perplexity",
    "en.wikipedia.org": "Wikipedia",
    "unix.stackexchange.com": "Stack Exchange",
    "stackoverflow.com": "Stack Overflow",
    "www.amazon.de": "Amazon",
    "WWW.Google.COM": "Google",
    "google.com.": "Google",
    "android-app://com.google.android.gm/": "Gmail",
    "android-app://com.google.android.googlequicksearchbox": "Google",
    "android-app://com.reddit.frontpage/https/reddit.com": "Reddit",
    "com.slack": "Slack",
}

OTHERS = {
    "": "",
    "www.example.org": "example.org",
    "blog.example.org": "blog.example.org",
    "wwwexample.org": "wwwexample.org",
    "logstash.net": "logstash.net",
    "kufli.blogspot.de": "kufli.blogspot.de",
    "someone.github.io": "someone.github.io",
    "ycombinator.com": "ycombinator.com",
    "netflix.com": "netflix.com",
    "notgoogle.com": "notgoogle.com",
    "google.evil.com": "google.evil.com",
    "google.com.evil.com": "google.com.evil.com",
    "google.photos": "google.photos",
    "google": "google",
    "localhost": "localhost",
    "[::1]": "[::1]",
    "android-app://org.example.reader/": "org.example.reader",
    "android-app://": "",
    "android-app://\ud800": "",
}


@pytest.mark.parametrize(("host", "source"), SOURCES.items())
def test_known_sources_have_one_name(host: str, source: str) -> None:
    assert source_of(host) == source


@pytest.mark.parametrize(("host", "source"), OTHERS.items())
def test_other_sources_are_their_host(host: str, source: str) -> None:
    assert source_of(host) == source


@given(st.text(st.characters(exclude_categories=[], exclude_characters="/"), max_size=100))
def test_source_takes_any_text(host: str) -> None:
    assert source_of(f"www.{host}.example") == f"{host}.example".lower()
    assert source_of(f"android-app://{host}").isprintable()


QUERIES = {
    "utm_source=google&utm_medium=cpc&utm_campaign=spring&utm_term=shoes&utm_content=b": Utm(
        "google", "cpc", "spring", "shoes", "b"
    ),
    # From the access log
    "utm_source=feedburner&utm_medium=feed&utm_campaign=Feed%3A+semicomplete%2Fmain+%28semicomplete.com%29": Utm(
        "feedburner", "feed", "Feed: semicomplete/main (semicomplete.com)", "", ""
    ),
    "page=2&utm_medium=email": Utm("", "email", "", "", ""),
    "ref=newsletter": Utm("newsletter", "", "", "", ""),
    "source=newsletter": Utm("newsletter", "", "", "", ""),
    "ref=a&source=b&utm_source=c": Utm("c", "", "", "", ""),
    "ref=a&source=b": Utm("b", "", "", "", ""),
    "utm_source=&ref=a": Utm("a", "", "", "", ""),
    "utm_source=%20&ref=a": Utm("a", "", "", "", ""),
    "utm_source=first&utm_source=second": Utm("first", "", "", "", ""),
    "utm_source=&utm_source=second": Utm("second", "", "", "", ""),
    "utm_source=a=b": Utm("a=b", "", "", "", ""),
    "utm_source=J%C3%BCrgen": Utm("Jürgen", "", "", "", ""),
    "utm_source=Jürgen": Utm("Jürgen", "", "", "", ""),
    "utm_source=%2541": Utm("%41", "", "", "", ""),
    "utm_source=%FF": Utm("\ufffd", "", "", "", ""),
    "utm_source=%zz": Utm("%zz", "", "", "", ""),
    "utm_source=a%00b%0A": Utm("ab", "", "", "", ""),
    "utm_source=a\ud800b": Utm("a?b", "", "", "", ""),
    "utm_campaign=" + "x" * 300: Utm("", "", "x" * 255, "", ""),
    "utm_campaign=" + "%C3%A9" * 300: Utm("", "", "é" * 255, "", ""),
}

UNTAGGED = [
    "",
    "page=2&sort=asc",
    "gclid=EAIaIQobChMI&fbclid=IwAR0",
    "utm_source=",
    "utm_source",
    "utm_source=%20&ref=+",
    "utm_sourcery=x",
    "xutm_source=x",
    "href=/pricing",
    "resource=7",
    "utm_id=1",
    "UTM_SOURCE=google",
]


@pytest.mark.parametrize(("query", "utm"), QUERIES.items())
def test_reads_tags(query: str, utm: Utm) -> None:
    assert utm_of(query) == utm


@pytest.mark.parametrize("query", UNTAGGED)
def test_finds_no_tags(query: str) -> None:
    assert utm_of(query) is None


@given(
    st.one_of(st.text(), st.text(alphabet=list("utm_source=%&+ \ud800\x00C3A9"))).map("utm_source=1&utm_term=".__add__)
)
def test_tags_can_always_be_stored(query: str) -> None:
    utm = utm_of(query)
    assert utm is not None
    assert utm.source == "1"
    assert utm.term.isspace() is False
    for tag in utm:
        tag.encode()
        assert len(tag) <= 255
        assert not any(character < " " for character in tag)
