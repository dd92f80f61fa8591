"""Names where a visit came from: one name for the many hosts of a search engine or network, and a campaign's tags."""

import itertools
import re
from typing import NamedTuple
from urllib.parse import unquote

from goalpost.conversions.model.private_parameters import is_private_value
from goalpost.kernel.bounded_cache import BoundedCache

ANDROID_APP = "android-app://"
_LONGEST_HOST = 253  # DNS's own limit
_LONGEST_QUERY = 2048  # a URL's limit in urls.py
_LONGEST_TAG = 255
_MOST_TAGS = 32  # in a query; what follows is not looked at


class Utm(NamedTuple):
    """A campaign's tags as people wrote them into the link, decoded; '' for those left out."""

    source: str
    medium: str
    campaign: str
    term: str
    content: str


# A host stands for all hosts below it (m., l., lm., out., amp., old., …) except those that have a name of their own
# here. Android apps send their package's name in place of a host.
_HOSTS_OF_SOURCE = {
    # Search
    "Google": "google.com google.cat googleadservices.com com.google.android.googlequicksearchbox",
    "Google Docs": "docs.google.com drive.google.com com.google.android.apps.docs",
    "Google News": "news.google.com com.google.android.apps.magazines",
    "Google Scholar": "scholar.google.com",
    "Google Translate": "translate.google.com translate.goog translate.googleusercontent.com",
    "Bing": "bing.com com.microsoft.bing",
    "DuckDuckGo": "duckduckgo.com com.duckduckgo.mobile.android",
    "Yahoo!": "yahoo.com yahoo.co.jp",
    "Baidu": "baidu.com com.baidu.searchbox",
    "Yandex": "yandex.com ya.ru dzen.ru",
    "Ecosia": "ecosia.org",
    "Qwant": "qwant.com",
    "Startpage": "startpage.com startpage.nl",
    "Brave Search": "search.brave.com",
    "Kagi": "kagi.com",
    "Mojeek": "mojeek.com mojeek.co.uk",
    "Swisscows": "swisscows.com",
    "Naver": "naver.com",
    "Daum": "daum.net",
    "Seznam": "seznam.cz",
    "Sogou": "sogou.com",
    "360 Search": "so.com",
    "Ask": "ask.com",
    "AOL": "aol.com",
    # Assistants
    "ChatGPT": "chatgpt.com chat.openai.com com.openai.chatgpt",
    "Claude": "claude.ai",
    "Copilot": "copilot.microsoft.com copilot.com",
    "DeepSeek": "chat.deepseek.com",
    "Gemini": "gemini.google.com bard.google.com",
    "Grok": "grok.com",
    "Le Chat": "chat.mistral.ai",
    "Meta AI": "meta.ai",
    "Perplexity": "perplexity.ai",
    "Phind": "phind.com",
    "You.com": "you.com",
    # Networks and messengers
    "Facebook": "facebook.com fb.com fb.me com.facebook.katana com.facebook.lite",
    "Messenger": "messenger.com m.me com.facebook.orca",
    "Instagram": "instagram.com ig.me com.instagram.android",
    "Threads": "threads.net threads.com com.instagram.barcelona",
    "WhatsApp": "whatsapp.com wa.me com.whatsapp",
    "X": "x.com twitter.com t.co com.twitter.android",
    "LinkedIn": "linkedin.com lnkd.in com.linkedin.android",
    "Reddit": "reddit.com redd.it com.reddit.frontpage",
    "YouTube": "youtube.com youtu.be youtube-nocookie.com com.google.android.youtube",
    "TikTok": "tiktok.com com.zhiliaoapp.musically",
    "Pinterest": "pinterest.com pin.it com.pinterest",
    "Snapchat": "snapchat.com com.snapchat.android",
    "Tumblr": "tumblr.com",
    "Bluesky": "bsky.app",
    "Mastodon": "mastodon.social mastodon.online mstdn.social fosstodon.org hachyderm.io",
    "VK": "vk.com vk.ru away.vk.com",
    "Odnoklassniki": "ok.ru",
    "Xing": "xing.com",
    "Weibo": "weibo.com weibo.cn t.cn",
    "WeChat": "weixin.qq.com wx.qq.com com.tencent.mm",
    "Zhihu": "zhihu.com",
    "Telegram": "t.me telegram.org telegram.me org.telegram.messenger org.telegram.messenger.web",
    "Discord": "discord.com discordapp.com discord.gg com.discord",
    "Slack": "slack.com com.slack",
    "Microsoft Teams": "teams.microsoft.com teams.live.com statics.teams.cdn.office.net com.microsoft.teams",
    "Line": "line.me jp.naver.line.android",
    "Quora": "quora.com com.quora.android",
    "Twitch": "twitch.tv",
    "Vimeo": "vimeo.com",
    # Mail
    "Gmail": "mail.google.com inbox.google.com com.google.android.gm",
    "Outlook": "outlook.live.com outlook.office.com outlook.office365.com com.microsoft.office.outlook",
    "Yahoo! Mail": "mail.yahoo.com com.yahoo.mobile.client.android.mail",
    "Proton Mail": "mail.proton.me",
    # Where developers and readers meet
    "Hacker News": "news.ycombinator.com hckrnews.com hn.algolia.com",
    "Lobsters": "lobste.rs",
    "GitHub": "github.com",
    "GitLab": "gitlab.com",
    "Stack Overflow": "stackoverflow.com",
    "Stack Exchange": "stackexchange.com askubuntu.com serverfault.com superuser.com mathoverflow.net",
    "Product Hunt": "producthunt.com",
    "Indie Hackers": "indiehackers.com",
    "DEV": "dev.to",
    "Medium": "medium.com",
    "Substack": "substack.com",
    "Hashnode": "hashnode.com",
    "Slashdot": "slashdot.org",
    "Wikipedia": "wikipedia.org",
    "Flipboard": "flipboard.com flipboard.app",
    "Feedly": "feedly.com",
    "Pocket": "getpocket.com",
    "Instapaper": "instapaper.com",
    "Digg": "digg.com",
    # Trade
    "Amazon": "amazon.com",
    "eBay": "ebay.com",
    "Etsy": "etsy.com",
    "Trustpilot": "trustpilot.com",
}
_SOURCE_OF_HOST = {host: source for source, hosts in _HOSTS_OF_SOURCE.items() for host in hosts.split()}

# Names that are the same source under every country's domain: google.de, google.co.uk, google.com.au.
_SOURCE_OF_COUNTRY_NAME = {
    "amazon": "Amazon",
    "ebay": "eBay",
    "google": "Google",
    "pinterest": "Pinterest",
    "yahoo": "Yahoo!",
    "yandex": "Yandex",
}

# utm_source, and what stands in for it, in the order in which they count: https://plausible.io/docs/manual-link-tagging
_SOURCE_KEYS = ("utm_source", "source", "ref")
_KEYS = frozenset({*_SOURCE_KEYS, "utm_medium", "utm_campaign", "utm_term", "utm_content"})

_PACKAGE = re.compile(r"[\w.-]+")
_WITHOUT_CONTROLS = dict.fromkeys((*range(0x20), 0x7F))


def source_of(referrer_host: str) -> str:
    """The name of the source that a referrer's host belongs to, or the host itself without `www.`; '' for ''.

    An Android app's whole referrer, `android-app://com.google.android.gm/`, may take the host's place.
    """
    return _sources[referrer_host[: len(ANDROID_APP) + _LONGEST_HOST]]


def utm_of(query: str) -> Utm | None:
    """The campaign's tags in a URL's query (without `?`), each at most 255 characters; None where there is none.

    Keys are lower-case, and the first that has a value counts. Where `utm_source` is missing, `source` or `ref` is it.
    A tag that holds an e-mail address or a private parameter (model/private_parameters) counts as left out.
    """
    if "utm_" not in query and "ref=" not in query and "source=" not in query:
        return None
    return _campaigns[query[:_LONGEST_QUERY]]


def _source_of(referrer_host: str) -> str:
    host = referrer_host.lower()
    if host.startswith(ANDROID_APP):
        host = host.removeprefix(ANDROID_APP).partition("/")[0]
        # It has not been through split_url, so it may be any text.
        host = host if _PACKAGE.fullmatch(host) else ""
    host = host.rstrip(".").removeprefix("www.")
    return _named(host.split(".")) or host


def _named(labels: list[str]) -> str | None:
    """The source of the longest suffix that has a name: news.google.com before google.com."""
    for start in range(len(labels)):
        name = _SOURCE_OF_HOST.get(".".join(labels[start:])) or _country_name(labels[start:])
        if name:
            return name
    return None


def _country_name(labels: list[str]) -> str | None:
    """google.de, google.co.uk and google.com.au, but not google.example.com."""
    name, *rest = labels
    is_country = bool(rest) and len(rest[-1]) == 2 and rest[:-1] in ([], ["co"], ["com"])
    return _SOURCE_OF_COUNTRY_NAME.get(name) if is_country else None


def _utm_of(query: str) -> Utm | None:
    tags: dict[str, str] = {}
    pairs = (pair.partition("=") for pair in query.split("&"))
    for key, _, value in itertools.islice((pair for pair in pairs if pair[0] in _KEYS), _MOST_TAGS):
        if key not in tags and (tag := _tag(value)):
            tags[key] = tag
    if not tags:
        return None
    source = next((tags[key] for key in _SOURCE_KEYS if key in tags), "")
    return Utm(source, *(tags.get(key, "") for key in ("utm_medium", "utm_campaign", "utm_term", "utm_content")))


def _tag(value: str) -> str:
    if is_private_value(value):
        return ""
    text = unquote(value.replace("+", " "), errors="replace")
    # Lone surrogates cannot be stored, and control characters only make two tags look alike.
    text = text.encode("utf-8", "replace").decode().translate(_WITHOUT_CONTROLS)
    return text.strip()[:_LONGEST_TAG].rstrip()


_sources = BoundedCache(_source_of, entries=10_000, size=4 << 20)
_campaigns = BoundedCache(_utm_of, entries=8192, size=8 << 20)
