"""Seven ways to compare addresses: the vendor's table, what people write, and a plain reading of each."""

from urllib.parse import unquote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from goalpost.conversions.model.addresses import address_of, page_address, reads_suffix
from goalpost.conversions.model.conversion_goals import PageScope
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.model.matching import scope_holds
from tests.support.rule_strategies import HOSTS, PATHS, SUFFIXES, page_parts, page_texts

SIMPLE, EXACT, CONTAINS = MatchType.URL_SIMPLE, MatchType.URL_EXACT, MatchType.URL_CONTAINS
STARTS, ENDS = MatchType.URL_STARTS_WITH, MatchType.URL_ENDS_WITH
WILDCARD, REGEX = MatchType.URL_WILDCARD, MatchType.URL_REGEX


TWO_PAGES = ["https://a.example/x", "http://www.a.example/x", "https://b.example/y", "//b.example/y"]
MUNICH = "https://www.xn--mnchen-3ya.de/danke"
CAFE = "caf%C3%A9"
SPELLINGS = [CAFE, "caf%c3%a9", "café", "cafe\u0301", "cafe%CC%81"]


@pytest.mark.parametrize(
    ("match_type", "text", "url", "expected"),
    [
        # Protocol and www. are ignored on both sides, whatever the type.
        *((each, "http://www.example.com/a", "https://example.com/a", True) for each in (SIMPLE, EXACT, STARTS, ENDS)),
        *((each, "example.com/a", "https://www.example.com/a", True) for each in (SIMPLE, EXACT, WILDCARD, CONTAINS)),
        # Simple ignores query and fragment, exact does not.
        (SIMPLE, "https://example.com/a", "https://example.com/a?x=1#top", True),
        (SIMPLE, "https://example.com/a?x=1#top", "https://example.com/a", True),
        (SIMPLE, "https://example.com/a", "https://example.com/a/b", False),
        (SIMPLE, "https://example.com/a", "https://example.com/A", False),
        (SIMPLE, "https://example.com", "https://example.com/", True),
        (EXACT, "https://example.com/a", "https://example.com/a?x=1", False),
        (EXACT, "https://example.com/a?x=1#top", "https://example.com/a?x=1#top", True),
        (EXACT, "https://example.com/a?x=1", "https://example.com/a?x=2", False),
        (EXACT, "https://example.com", "https://example.com/", True),
        (EXACT, "https://example.com?x=1", "https://example.com/?x=1", True),
        # A slash at the beginning leaves the host open.
        (SIMPLE, "/a", "https://shop.example.com/a?x=1", True),
        (SIMPLE, "/a", "https://example.com/b/a", False),
        (STARTS, "/a", "https://example.com/a/b", True),
        (WILDCARD, "/a/*/c", "https://example.com/a/b/c?x=1", True),
        # Hosts have no case, ports do not count.
        (SIMPLE, "HTTPS://WWW.Example.COM:8443/a", "https://example.com/a", True),
        (SIMPLE, "example.com/a", "https://sub.example.com/a", False),
        # Paths are compared decoded.
        (SIMPLE, "/caf%C3%A9", "https://example.com/café", True),
        (SIMPLE, "/café", "https://example.com/caf%C3%A9", True),
        (CONTAINS, "?x=", "https://example.com/a?x=1", True),
        (CONTAINS, "https://www.example.com/a", "https://example.com/abc", True),
        (CONTAINS, ".", "https://localhost/a", False),
        (STARTS, "example.com/a", "https://example.com/abc?x", True),
        (STARTS, "xample.com", "https://example.com/", False),
        (ENDS, "/thanks", "https://example.com/order/thanks?order=1", True),
        (ENDS, "?order=1", "https://example.com/thanks?order=1", True),
        (ENDS, "?order=1", "https://example.com/thanks?order=1#x", False),
        (WILDCARD, "*", "https://example.com/", True),
        (WILDCARD, "*.example.com/*", "https://shop.example.com/a", True),
        (WILDCARD, "*.example.com/*", "https://example.com/a", False),
        (WILDCARD, "example.com/*?x=*", "https://example.com/a?x=1", True),
        (WILDCARD, "example.com/*?x=*", "https://example.com/a", False),
        (WILDCARD, "example.com/a.c", "https://example.com/abc", False),
        (REGEX, r"^https?://(www\.)?example\.com/a\d+$", "https://example.com/a42", True),
        (REGEX, r"^https://example\.com/a", "http://www.example.com/abc", True),
        (REGEX, r"/a\d+", "https://example.com/x/a1?y", True),
        (REGEX, r"^/a", "https://example.com/a", True),
        (REGEX, r"^/a", "https://example.com/b/a", False),
        # However many protocols a regex has, and wherever: all spellings of the address are looked at.
        *((REGEX, r"(https://a\.example/x|https://b\.example/y)", url, True) for url in TWO_PAGES),
        *((REGEX, r"^https://(www\.)?a\.example/x$|^https?://b\.example/y$", url, True) for url in TWO_PAGES),
        *((REGEX, r"^(?:http(?:s)?:\/\/)?(?:www\.)?(?:a\.example/x|b\.example/y)$", url, True) for url in TWO_PAGES),
        *((REGEX, r"^(http|https)://(a|b)\.example", url, True) for url in TWO_PAGES),
        *((REGEX, r"^https://www\.(a|b)\.example/", url, True) for url in TWO_PAGES),
        *((REGEX, r"^www\.(a|b)\.example/", url, True) for url in TWO_PAGES),
        *((REGEX, r"^(a|b)\.example/", url, True) for url in TWO_PAGES),
        *((REGEX, r"//(a|b)\.example/[xy]$", url, True) for url in TWO_PAGES),
        *((REGEX, r"https://a\.example/y|https://b\.example/x", url, False) for url in TWO_PAGES),
        (REGEX, r"^https://a\.example/$", "https://a.example/x", False),
        (REGEX, r"^https://(www\.)?Shop\.Example\.com/A$", "https://shop.example.com/A", True),
        (REGEX, r"^https://Shop\.Example\.com/A$", "https://shop.example.com/a", False),
        (REGEX, r"^https?:\/\/Example\.com:8443\/a", "https://example.com:8443/a", True),
        (REGEX, r"^https://Shop\d\.example/", "https://shop7.example/", True),
        # Hosts have one spelling, whoever writes them in letters of whatever script.
        *(
            (each, "https://münchen.de/danke", MUNICH, True)
            for each in (SIMPLE, EXACT, STARTS, WILDCARD, CONTAINS, ENDS)
        ),
        *((each, MUNICH, "https://MÜNCHEN.de/danke", True) for each in (SIMPLE, EXACT, STARTS, WILDCARD, CONTAINS)),
        (CONTAINS, "münchen.de/danke", MUNICH, True),
        (ENDS, "münchen.de/danke", MUNICH, True),
        (WILDCARD, "*.münchen.de/*", "https://shop.xn--mnchen-3ya.de/danke", True),
        (WILDCARD, "*.münchen.de/*", MUNICH, False),
        (CONTAINS, "münchen", "https://example.com/münchen", True),
        (REGEX, r"^https://(www\.)?münchen\.de/danke$", MUNICH, True),
        (REGEX, r"^https://(münchen|köln)\.de/", MUNICH, True),
        (REGEX, r"^https://[mM]ünchen\.de/", MUNICH, False),
        (SIMPLE, "https://example.com./a", "https://example.com/a", True),
        (SIMPLE, "https://user:secret@example.com/a", "https://example.com:8443/a", True),
        (SIMPLE, "//example.com/a", "https://example.com/a", True),
        (SIMPLE, "app://localhost/login", "app://localhost/login", True),
        (CONTAINS, "www.example.com/a", "https://www.example.com/ab", True),
        (CONTAINS, "Example.com/a", "https://www.example.com/ab", True),
        (CONTAINS, "Example.COM", "https://www.example.com/ab", True),
        (CONTAINS, "Thanks", "https://www.example.com/thanks", False),
        (CONTAINS, "/Thanks", "https://www.example.com/thanks", False),
        (CONTAINS, "://example.com/a", "https://www.example.com/ab", True),
        # Letters and escapes have one spelling, in paths as in queries and fragments.
        *(
            (
                each,
                f"https://example.com/{wanted}?q={wanted}#{wanted}",
                f"https://example.com/{cafe}?q={cafe}#{cafe}",
                True,
            )
            for each in (EXACT, STARTS, ENDS, WILDCARD, CONTAINS)
            for wanted in SPELLINGS
            for cafe in SPELLINGS
        ),
        *((REGEX, rf"/{wanted}\?q={wanted}$", f"https://example.com/{CAFE}?q={CAFE}", True) for wanted in SPELLINGS),
        (REGEX, "/a%20b/[%C3%A9]$", "https://example.com/a b/é", True),
        (REGEX, r"/a\%20b$", "https://example.com/a%20b", True),
        (REGEX, r"/a%2Bb$", "https://example.com/a+b", True),
        (EXACT, "/a?", "https://example.com/a", True),
        (EXACT, "/a?#", "https://example.com/a?", True),
        (SIMPLE, "/thanks", "https://example.com/thanks;jsessionid=0A1B", True),
        # A route is a part of the path.
        (SIMPLE, "https://example.com/app#/thanks", "https://example.com/app#/thanks", True),
        (SIMPLE, "https://example.com/app#/thanks", "https://example.com/app?lang=de#/thanks?order=1", True),
        (SIMPLE, "https://example.com/app#/thanks", "https://example.com/app#/cart", False),
        (SIMPLE, "https://example.com/#!/thanks", "https://example.com/#!/thanks", True),
        (EXACT, "https://example.com/app#/thanks", "https://example.com/app#/thanks", True),
        (EXACT, "https://example.com/app#/thanks", "https://example.com/app#/thanks?order=1", False),
        (EXACT, "https://example.com/app?a=1#/thanks", "https://example.com/app?a=1#/thanks", True),
        (EXACT, "https://example.com/app?a=1#/thanks", "https://example.com/app?a=2#/thanks", False),
        (CONTAINS, "#/thanks", "https://example.com/app#/thanks", True),
        (ENDS, "#/thanks", "https://example.com/app#/thanks?order=1", True),
        (STARTS, "https://example.com/app#/thanks", "https://example.com/app?a=1#/thanks/x", True),
        (WILDCARD, "https://example.com/*#/thanks*", "https://example.com/app#/thanks/x", True),
        (REGEX, r"#/thanks$", "https://example.com/app#/thanks", True),
        # Addresses without a host
        *((each, "tel:+4930123456", "tel:+4930123456", True) for each in (SIMPLE, EXACT, STARTS, ENDS, CONTAINS)),
        (REGEX, r"^tel:\+49", "tel:+4930123456", True),
        (WILDCARD, "tel:*", "tel:+4930123456", True),
        (SIMPLE, "tel:4930123456", "TEL:4930123456", True),
        (SIMPLE, "tel:+4930123456", "tel:+49301234567", False),
        (SIMPLE, "mailto:info@example.com", "mailto:info@example.com?subject=Hi", True),
        (EXACT, "mailto:info@example.com", "mailto:info@example.com?subject=Hi", False),
        (STARTS, "mailto:", "mailto:caf%C3%A9@example.com", True),
        (SIMPLE, "javascript:void(0)", "javascript:void(0)", True),
        (SIMPLE, "sms:+1555?body=x", "sms:+1555", True),
        # A wildcard before whose * no slash stands is found in hosts, in which there is no case, and behind them.
        *(
            (WILDCARD, text, f"https://q.example/{page}", True)
            for text, page in (
                *(("*Danke*", page) for page in ("Danke", "a/Danke/b", "a?b=Danke", "#Danke")),
                *((f"*{text}*", f"a/{page}") for text in SPELLINGS for page in SPELLINGS),
                ("*NewSletter*", "NewSletter?a=1"),
                ("*merci café*", "merci%20caf%C3%A9"),
                ("*Danke", "a/Danke?a=1"),
                ("*Danke/*", "a/Danke/b"),
                ("*Q.Example*Danke*", "Danke"),
                ("*Q.Example/Danke", "Danke"),
                ("Q.*/Danke", "Danke"),
                ("Q*Danke", "Danke"),
                ("www.*", "a"),
                ("*www.Q.Example/a", "a"),
                ("*://www.q.example/*", "a"),
                ("http*://Q.example/a", "a"),
                ("https://*.Example", ""),
                ("*.Example?a=*", "?a=1"),
                ("q.example", ""),
                ("q.*", "a/b"),
                ("**", "a"),
                ("*?q=a+b", "?q=a%20b"),
            )
        ),
        *(
            (WILDCARD, text, f"https://q.example/{page}", False)
            for text, page in (
                *(("*Danke*", page) for page in ("danke", "a/DANKE", "a?b=danke")),
                ("*Café*", "caf%C3%A9"),
                ("*Danke", "Danke/b"),
                ("*Danke", "?a=Danke"),
                ("*Q.Example/Danke", "danke"),
                ("*q.example/Danke", "q.example/danke"),
                ("*.Example", "a"),
                ("shop*", "shop"),
                ("*.q.example/a", "a"),
            )
        ),
        (WILDCARD, "*DANKE*", "https://danke.example/x", True),
        (WILDCARD, "*MÜNCHEN.de*", MUNICH, True),
        (WILDCARD, "Shop*", "https://shop.example.com/a", True),
        (WILDCARD, "*.Example.com/X", "https://shop.example.com/X", True),
        # The first page may be written without its slash.
        *((ENDS, text, "https://q.example/", True) for text in ("https://q.example", "q.example", ".Example", "ample")),
        (ENDS, "q.example?a=1", "https://q.example/?a=1", True),
        (ENDS, "q.example", "https://q.example/a", False),
        (ENDS, "https://q.example", "https://q.example/?a=1", True),
        *((each, "https://q.example?a=1", "https://q.example/?a=1", True) for each in (STARTS, CONTAINS, WILDCARD)),
        # Two slashes, or backslashes, begin a host.
        *((each, "//q.example/a", "https://q.example/a", True) for each in (SIMPLE, EXACT, STARTS, ENDS, CONTAINS)),
        (SIMPLE, "\\\\q.example\\a", "https://q.example/a", True),
        # Paths are resolved.
        *(
            (each, f"https://q.example/{text}", "https://q.example/b/../danke", True)
            for each in (SIMPLE, EXACT, STARTS, ENDS, CONTAINS, WILDCARD)
            for text in ("danke", "a/../danke", "./danke", "a/%2e%2E/danke")
        ),
        (CONTAINS, "/a/../danke", "https://q.example/danke", True),
        (CONTAINS, "/.", "https://q.example/.well-known/x", True),
        (STARTS, "q.example/..", "https://q.example/..a", True),
        (STARTS, "q.example/a/..", "https://q.example/b", False),
        (SIMPLE, "q.example/a/..", "https://q.example/", True),
        # Hosts of numbers have one spelling.
        *(
            (each, "https://[0:0:0:0:0:0:0:1]/a", "https://[::1]:8000/a", True)
            for each in (SIMPLE, EXACT, STARTS, ENDS, CONTAINS, WILDCARD)
        ),
        (CONTAINS, "[0:0:0:0:0:0:0:1]/a", "https://[::1]/a", True),
        # In a query + is a space and %2B a plus.
        *(
            (each, f"https://q.example/?q={text}", f"https://q.example/?q={page}", True)
            for each in (EXACT, STARTS, ENDS, CONTAINS, WILDCARD)
            for text in ("a+b", "a%20b", "a b")
            for page in ("a+b", "a%20b", "a b")
        ),
        *((EXACT, "/?q=a+b", f"https://q.example/?q={page}", False) for page in ("a%2Bb", "ab")),
        (EXACT, "/?q=a%2Bb", "https://q.example/?q=a%2Bb", True),
        (EXACT, "/a+b", "https://q.example/a+b", True),
        (EXACT, "/a+b", "https://q.example/a%20b", False),
        (CONTAINS, "q=a+b", "https://q.example/?q=a+b", True),
        (CONTAINS, "a+b", "https://q.example/a+b", True),
        (CONTAINS, "a+b", "https://q.example/a%20b", False),
        (REGEX, r"\?q=a\+b$", "https://q.example/?q=a+b", True),
        (REGEX, r"[?&]q=a[+]b$", "https://q.example/?q=a+b", True),
        (REGEX, r"\?q=a%20b$", "https://q.example/?q=a+b", True),
        (REGEX, r"/a\+b$", "https://q.example/a%20b", False),
    ],
)
def test_each_match_type_against_an_address(match_type: MatchType, text: str, url: str, expected: bool) -> None:
    assert scope_holds(PageScope(match_type, text), address_of(url)) is expected


def test_a_page_is_in_scope_where_one_includes_it_and_none_excludes_it() -> None:
    scope = PageScope(WILDCARD, "/shop/*", ("/cart", "/checkout"), ("*/private/*",))
    for path, expected in {"/shop/x": True, "/cart": True, "/": False, "/shop/private/x": False}.items():
        assert scope_holds(scope, page_address("example.com", path, "")) is expected
    assert scope_holds(PageScope(exclude=("/a",)), "example.com/b")
    assert not scope_holds(PageScope(exclude=("*",)), "example.com/b")


@pytest.mark.parametrize("url", ["mailto:a@example.com", "tel:+1", "javascript:void(0)", "", "/a", "sms:+1?body=x"])
def test_a_url_without_a_host_is_its_own_address(url: str) -> None:
    assert address_of(url) == url


PLAIN_SUFFIXES = [suffix for suffix in SUFFIXES if "#/" not in suffix]


def test_a_wildcard_excludes_what_it_would_include() -> None:
    scope = PageScope(WILDCARD, "*", (), ("*Café*",))
    assert not scope_holds(scope, address_of("https://q.example/Caf%C3%A9"))
    assert scope_holds(scope, address_of("https://q.example/x"))


def plainly(match_type: MatchType, text: str, host: str, path: str, suffix: str) -> bool:
    """The definition in other words, without a regular expression for what is compared. For texts with a host."""
    rest = text.partition("://")[2] if "://" in text else text
    wanted_host, slash, tail = rest.partition("/")
    wanted_host = wanted_host.lower().removeprefix("www.")
    cut = min((tail.find(mark) for mark in "?#" if mark in tail), default=len(tail))
    wanted_path, wanted_suffix = unquote(slash + tail[:cut]), tail[cut:]
    page, wanted_page = host.removeprefix("www.") + path, wanted_host + (wanted_path or "/")
    if match_type is SIMPLE:
        return page == wanted_page
    if match_type is EXACT:
        return page + suffix == wanted_page + wanted_suffix
    if match_type is STARTS:
        return (page + suffix).startswith(wanted_host + wanted_path + wanted_suffix)
    shown = page + suffix if wanted_suffix else page
    if match_type is ENDS:
        # A first page may be written without its slash, and then ends as its host does.
        written = shown.removesuffix("/") if path == "/" and not slash else shown
        return written.endswith(wanted_host + wanted_path + wanted_suffix)
    return wanted_host + wanted_path + wanted_suffix in page + suffix


@given(
    st.sampled_from([SIMPLE, EXACT, STARTS, ENDS, CONTAINS]),
    page_parts,
    st.sampled_from(["https://", "http://www.", ""]),
    st.tuples(st.sampled_from(HOSTS), st.sampled_from(["", *PATHS]), st.sampled_from(PLAIN_SUFFIXES)),
)
def test_each_type_agrees_with_its_plain_reading(
    match_type: MatchType, page: tuple[str, str, str], protocol: str, wanted: tuple[str, str, str]
) -> None:
    host, path, suffix = wanted
    text = protocol + host.removeprefix("www.") + path + (suffix if path else "")
    expected = plainly(match_type, text, *page)
    assert scope_holds(PageScope(match_type, text), page_address(*page)) is expected, (text, page)


@given(
    page_parts, st.lists(st.sampled_from(["example.com", "/", "a", "*", "?x=1", ".a", "42"]), min_size=1, max_size=5)
)
def test_a_wildcard_is_any_run_of_characters(page: tuple[str, str, str], parts: list[str]) -> None:
    text = "".join(parts)
    assume(not text.startswith("//"))  # a host, whatever the protocol
    address = page_address(*page)
    is_anywhere = len(text) > 1 and text[0] == text[-1] == "*" and "/" not in text
    shown = address if "?" in text or is_anywhere else page_address(page[0], page[1], "")
    whole = [shown]
    if page[1] == "/" and "/" not in text:  # the first page may be written without its slash
        whole.append(shown.replace("/", "", 1))

    def holds(pattern: str, rest: str) -> bool:
        if not pattern:
            return not rest
        if pattern[0] == "*":
            return any(holds(pattern[1:], rest[n:]) for n in range(len(rest) + 1))
        return bool(rest) and pattern[0] == rest[0] and holds(pattern[1:], rest[1:])

    if text.startswith("/"):  # any host
        whole = [shown[shown.index("/") :]]
    expected = text == "*" or any(holds(text, each) for each in whole)
    assert scope_holds(PageScope(WILDCARD, text), address) is expected, (text, page)


@pytest.mark.parametrize(
    ("match_type", "text", "expected"),
    [
        *((SIMPLE, text, False) for text in ("https://example.com/a", "/a?x=1#top", "*")),
        *((match_type, "*", False) for match_type in (EXACT, CONTAINS, WILDCARD, REGEX)),
        *((match_type, "https://example.com/a", False) for match_type in (STARTS, ENDS, WILDCARD)),
        *((match_type, text, True) for match_type in (STARTS, ENDS, WILDCARD) for text in ("/a?x=1*", "/a#top*")),
        *((WILDCARD, text, True) for text in ("*danke*", "*.example.com*")),
        *((WILDCARD, text, False) for text in ("*danke", "*/danke*", "danke*")),
        # An address without query is another one than the same with a query, and anything may hold the text.
        *((match_type, "/a", True) for match_type in (EXACT, CONTAINS, REGEX)),
    ],
)
def test_a_rule_says_whether_it_looks_at_query_and_fragment(match_type: MatchType, text: str, expected: bool) -> None:
    assert reads_suffix(match_type, text) is expected


@given(st.sampled_from([SIMPLE, STARTS, ENDS, WILDCARD]), page_parts, page_texts)
def test_a_rule_that_does_not_look_at_query_and_fragment_holds_with_and_without(
    match_type: MatchType, page: tuple[str, str, str], text: str
) -> None:
    host, path, suffix = page
    if not reads_suffix(match_type, text):
        scope = PageScope(match_type, text)
        assert scope_holds(scope, page_address(host, path, suffix)) is scope_holds(scope, page_address(host, path, ""))
