"""Values, patterns and rules as hypothesis makes them: few letters, so that they meet, and every awkward character."""

from dataclasses import replace

from hypothesis import strategies as st

from goalpost.conversions.model.conversion_goals import MAX_VALUE, GoalDraft, PageScope, Rule, Trigger, check_draft
from goalpost.conversions.model.match_types import URL_TYPES, MatchType
from goalpost.kernel.errors import Invalid

AWKWARD = " \t\r\n'\"`\\%{}$:;,?*+.|()[]^/-_#&=<>\0\x01\x7f"
UNICODE = "éßKµİ\u017f\u0131æ日本😀\u0301\u00a0\u200b\u202e\u2028\ufeff\U0010ffff"
LETTERS = "aabbcAB01/"

FRAGMENTS = [
    *("/blog/42", "/blog/", "signup", "newsletter_signup", "purchase", "aa", "aba", "日本", "x\ny"),
    *("{x:String}", "{match_value:String}", "%s", "%(rule)s", "{{match_value}}", "{column}", "$1", "?", "\\0", "\\N"),
    *("' OR 1=1 --", "'; DROP TABLE events; --", "\\'", "\\\\", "/*", "*/", "''", '"', "NULL", "\\x41", "\\d", "\\"),
]

values = st.one_of(
    st.text(LETTERS, max_size=12),
    st.text(LETTERS + AWKWARD + UNICODE, max_size=12),
    st.lists(st.sampled_from([*FRAGMENTS, *LETTERS]), max_size=4).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)
"""Texts of events: any that UTF-8 can hold, the empty one and NUL included."""

_LITERALS = st.one_of(st.sampled_from(FRAGMENTS), st.text(LETTERS + AWKWARD + UNICODE, min_size=1, max_size=3))
_ATOMS = st.one_of(
    _LITERALS.map(
        lambda text: "".join(f"\\{c}" if c.isascii() and not c.isalnum() and c.isprintable() else c for c in text)
    ),
    _LITERALS.map(lambda text: "\\Q" + text.replace("\\E", "") + "\\E"),
    st.sampled_from(
        [
            *(".", "a", "ab", "\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "\\b", "\\B", "^", "$", "\\A", "\\z"),
            *("[ab]", "[^/]", "[^a]", "[a-zé-ÿ]", "[[:alpha:]]", "[\\]\\\\]", "\\pL", "\\p{Greek}", "\\PL", "\\n"),
            *("\\x41", "\\x{65e5}", "\\C", "\\t", "(?i)ab", "(?i:k)", "(?s:.)", "(?-s:.)", "(?m:^a$)", "(?U:a*)"),
            *("", "()", "(?:)", "a{0}", "a??", "(a|)", "(?P<n>b)"),
        ]
    ),
)


def _combined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    repeats = st.sampled_from(["*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}", "{1,}"])
    return st.one_of(
        st.lists(parts, min_size=2, max_size=3).map("".join),
        st.lists(parts, min_size=2, max_size=3).map("|".join),
        parts.map(lambda part: f"({part})"),
        st.tuples(parts, repeats).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
    )


patterns = st.one_of(st.recursive(_ATOMS, _combined, max_leaves=6), values)
"""Regular expressions, most of which RE2 takes; plain text is a pattern too."""


def _is_accepted(rule: Rule) -> bool:
    try:
        check_draft(GoalDraft("x", rule))
    except Invalid:
        return False
    return True


HOSTS = ["example.com", "www.example.com", "shop.example.com", "a.b", "xn--mnchen-3ya.de"]
PATHS = ["/", "/a", "/a/", "/a/b", "/blog/42", "/café", "/a b", "/a*b", "/A", "/%zz"]
SUFFIXES = ["", "?x=1", "?x=1#top", "#top", "#/a", "?x=1#/a", "?q=/a", "?x=1&y= "]

ROUTED_PATH = "/a#/a"

page_parts = st.tuples(st.sampled_from(HOSTS), st.sampled_from(PATHS), st.sampled_from(SUFFIXES))
"""Host, path and suffix of pages; few, so that rules meet them."""

page_texts = st.one_of(
    st.tuples(
        st.sampled_from(["", "https://", "http://", "HTTPS://", "//", "^https?://", "^", "tel:"]),
        st.sampled_from(["", *HOSTS, "WWW.Example.com", "example.com:8080", "*.example.com", "*", "münchen.de"]),
        st.sampled_from(["", *PATHS, "/caf%C3%A9", "/cafe\u0301", "/*", "*", "/a*", "b", "/a$|https://a.b/a"]),
        st.sampled_from([*SUFFIXES, "?*", "*"]),
    ).map("".join),
    st.text(LETTERS + "*?#.:/" + AWKWARD, min_size=1, max_size=8),
)
"""Texts of rules about addresses, as people and others write them."""

scopes = st.builds(
    PageScope,
    st.sampled_from(sorted(URL_TYPES)),
    st.one_of(st.just(""), page_texts),
    st.lists(page_texts, max_size=2).map(tuple),
    st.lists(page_texts, max_size=2).map(tuple),
)


@st.composite
def rules_for(draw: st.DrawFn, shown: list[str], count: int = 5) -> list[Rule]:
    """Rules that a goal may have; exact and contained texts are mostly taken from what is shown."""
    seen = st.sampled_from(shown).map(lambda text: text[:MAX_VALUE])
    parts = st.tuples(seen, st.integers(0, 12), st.integers(1, 12)).map(lambda cut: cut[0][cut[1] : cut[1] + cut[2]])
    texts = {
        MatchType.EXACT: st.one_of(seen, values),
        MatchType.CONTAINS: st.one_of(parts, values),
        MatchType.REGEX: patterns,
        MatchType.ANY: st.just(""),
        **dict.fromkeys(URL_TYPES, st.one_of(seen, page_texts)),
    }
    kinds = st.sampled_from(MatchType).flatmap(lambda match_type: st.tuples(st.just(match_type), texts[match_type]))
    rule = st.tuples(st.sampled_from(Trigger), kinds).map(lambda made: Rule(made[0], *made[1]))
    rule = st.one_of(rule, st.tuples(rule, scopes).map(lambda made: replace(made[0], scope=made[1])))
    made = [made for made in draw(st.lists(rule, min_size=1, max_size=2 * count)) if _is_accepted(made)]
    return made[:count] or [Rule(draw(st.sampled_from(Trigger)), MatchType.ANY, "")]
