"""User agents of programs and of people, most of them from the access log in the shared data."""

# ruff: noqa: E501 -- user agents are as long as they are

import pytest
from crawleruseragents import CRAWLER_USER_AGENTS_DATA
from hypothesis import given
from hypothesis import strategies as st

from goalpost.conversions.ingest.robots import is_bot, sends_no_events

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
)

FROM_LOG = """
-
&as_qdr=all
Chef Client/10.18.2 (ruby-1.9.3-p327; ohai-6.16.0; x86_64-linux; +http://opscode.com)
Dalvik/1.6.0 (Linux; U; Android 4.1.2; GT-S5282 Build/JZO54K)
Digg Feed Fetcher 1.0 (Mozilla/5.0 (Macintosh; Intel Mac OS X 10_7_1) AppleWebKit/534.48.3 (KHTML, like Gecko))
DoCoMo/2.0 N905i(c100;TB;W24H16) (compatible; Googlebot-Mobile/2.1; +http://www.google.com/bot.html)
Embedly +support@embed.ly
FeedBurner/1.0 (http://www.FeedBurner.com)
Feedbin - 1 subscribers
Feedfetcher-Google; (+http://www.google.com/feedfetcher.html; 22 subscribers; feed-id=8321906634162087507)
HTTP_Request2/2.1.1 (http://pear.php.net/package/http_request2) PHP/5.3.2-1ubuntu4.18
IrssiUrlLog/0.2
LWP::Simple/5.827 libwww-perl/5.833
Liferea/1.8.3 (Linux; en_GB.UTF-8; http://liferea.sf.net/)
LumiBot 2.0
Microsoft Office Protocol Discovery
MobileSafari/9537.53 CFNetwork/672.0.8 Darwin/14.0.0
Mozilla/3.0 (compatible; Indy Library)
Mozilla/4.0
Mozilla/4.0 (compatible;)
Mozilla/4.0 (compatible; MSIE 5.0; Windows NT; DigExt; DTS Agent
Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1;  http://www.changedetection.com/bot.html )
Mozilla/5.0
Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/534.34 (KHTML, like Gecko) PhantomJS/1.9.2 Safari/534.34
Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534+ (KHTML, like Gecko) BingPreview/1.0b
Mozilla/5.0 (Windows NT 6.1; rv:6.0) Gecko/20110814 Firefox/6.0 Google favicon
Mozilla/5.0 (Windows; U; Windows NT 5.1; de; rv:1.9.0.7) Gecko/2009021910 Firefox/3.0.7 (via ggpht.com GoogleImageProxy)
Mozilla/5.0 (Windows; U; Windows NT 5.1; fr; rv:1.8.1) VoilaBot BETA 1.2 (support.voilabot@orange-ftgroup.com)
Mozilla/5.0 (Windows; U; Windows NT 5.1; zh-CN; )  Firefox/1.5.0.11; 360Spider
Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko; Google Web Preview) Chrome/27.0.1453 Safari/537.36
Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/32.0.1700.107 Safari/537.36 slurp
Mozilla/5.0 (X11; U; Linux x86_64; en-US; rv:1.9.0.19; aggregator:Spinn3r (Spinn3r 3.1)) Gecko/2010040121 Firefox/3.0.19
Mozilla/5.0 (compatible; BeetleBot; )
Mozilla/5.0 (compatible; Ezooms/1.0; help@moz.com)
Mozilla/5.0 (compatible; Google Desktop/5.9.1005.12335; http://desktop.google.com/)
Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
Mozilla/5.0 (compatible; Linux x86_64; Mail.RU_Bot/2.0; +http://go.mail.ru/help/robots)
Mozilla/5.0 (compatible; MSIE or Firefox mutant; not on Windows server;) Daumoa/3.0
Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)
Mozilla/5.0 (compatible; YandexDirect/3.0; +http://yandex.com/bots)
Mozilla/5.0 (compatible; special_archiver/3.1.1 +http://www.archive.org/details/archive.org_bot)
Newsify/120 CFNetwork/672.0.8 Darwin/14.0.0
Python-urllib/2.7
Robosourcer/1.0
Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko; Google Page Speed Insights) Chrome/27.0.1453 Safari/537.36
Ruby
SimplePie/1.3.1 (Feed Parser; http://simplepie.org; Allow like Gecko) Build/20140115031959
Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)
Tiny Tiny RSS/1.11 (http://tt-rss.org/)
Twitterbot/1.0
UniversalFeedParser/4.2-pre-314-svn +http://feedparser.org/
User-Agent: Mozilla/5.0 (Windows NT 6.1; WOW64; rv:14.0) Gecko/20100101 Firefox/14.0.1
Wget/1.14 (linux-gnu)
Xenu Link Sleuth/1.3.8
YisouSpider
binlar_2.6.3 test@mgmt.mic
curl/7.22.0 (i686-pc-linux-gnu) libcurl/7.22.0 OpenSSL/1.0.1 zlib/1.2.3.4 libidn/1.23 librtmp/2.3
eZ Publish Link Validator
facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)
fetch libfetch/2.0
ia_archiver (+http://www.alexa.com/site/help/webmasters; crawler@alexa.com)
magpie-crawler/1.1 (U; Linux amd64; en-GB; +http://www.brandwatch.net)
msnbot-media/1.1 (+http://search.msn.com/msnbot.htm)
nutch-1.4/Nutch-1.4
portscout/0.8.1
python-requests/1.2.0 CPython/2.7.4 Linux/3.8.0-33-generic
"""

LATER = """
Apache-HttpClient/4.5.13 (Java/11.0.18)
Blackbox Exporter/0.24.0
Feedly/1.0 (+http://www.feedly.com/fetcher.html; 3 subscribers; like FeedFetcher-Google)
FeedlyBot/1.0 (http://feedly.com)
FeedlyApp/1.0 (http://www.feedly.com)
Feedly/1.0
Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36 Sitebulb/7
Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0.0.0 Safari/537.36 Google-PageRenderer Google (+https://developers.google.com/+/web/snippet/)
Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/61.0.3163.100 Safari/537.36 WebPageTest
Go-http-client/2.0
GuzzleHttp/7
Java/17.0.2
Mozilla/5.0 (Linux; Android 11; moto g power (2022)) AppleWebKit/537.36 (KHTML, like Gecko) Chrome-Lighthouse Mobile Safari
Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) (Applebot/0.1)
Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.1682
Mozilla/5.0 (compatible; AhrefsBot/7.0)
Mozilla/5.0 (compatible; GoogleOther)
Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1)
Mozilla/5.0 (compatible; bingbot/2.0)
Qwantify/1.0
WhatWeb/0.5.5
Mozilla/5.0 (compatible; Bytespider)
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0)
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); Perplexity-User/1.0
Mozilla/5.0+(compatible; UptimeRobot/2.0)
Pingdom.com_bot_version_1.4
PostmanRuntime/7.36.0
Site24x7
Slackbot-LinkExpanding 1.0
TelegramBot (like TwitterBot)
Vienna RSS 3.9
WhatsApp/2.23.20.0 A
axios/1.6.2
check_http/v2.3.3 (nagios-plugins 2.3.3)
kube-probe/1.27
meta-externalagent/1.1
node
okhttp/4.12.0
python-httpx/0.25.2
"""

VISITORS = """
Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/32.0.1700.107 Safari/537.36
Mozilla/5.0 (Windows NT 6.1; WOW64; rv:27.0) Gecko/20100101 Firefox/27.0
Mozilla/5.0 (X11; Linux x86_64; rv:24.0) Gecko/20140205 Firefox/24.0 Iceweasel/24.3.0
Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; WOW64; Trident/5.0; chromeframe/19.0.1084.52)
Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.2; SV1; .NET CLR 2.0.50727; InfoPath.1)
Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0; SLCC2; .NET CLR 2.0.50727; Media Center PC 6.0; Tablet PC 2.0)
Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko
Mozilla/5.0 (iPad; CPU OS 7_0_4 like Mac OS X) AppleWebKit/537.51.1 (KHTML, like Gecko) Version/7.0 Mobile/11B554a Safari/9537.53
Mozilla/5.0 (Linux; U; en-us; KFAPWI Build/JDQ39) AppleWebKit/535.19 (KHTML, like Gecko) Silk/3.13 Safari/535.19
Mozilla/5.0 (Linux; Android 4.4.2; Nexus 5 Build/KOT49H) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/32.0.1700.99 Mobile Safari/537.36
Mozilla/5.0 (Linux; U; Android 4.2.2; en-us; Lenovo B8000-F Build/JDQ39) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Safari/534.30 GSA/3.2
Opera/9.80 (X11; Linux x86_64) Presto/2.12.388 Version/12.16
Opera/9.80 (MTK; Opera Mini/2.1199/34.1244; U; id) Presto/2.8.119 Version/11.10
Midori/0.2 (X11; Linux; U; fr-fr) WebKit/531.2+
SAMSUNG-GT-E2232/1.0 Openwave/6.2.3 Profile/MIDP-2.0 Configuration/CLDC-1.1 UP.Browser/6.2.3.3.c.1.101 (GUI) MMP/2.0
Micromax X351/R2AE SEMC-Browser/4.0.3 Profile/MIDP-2.0 Configuration/CLDC-1.1
LAVA_KKT35_S116_20130820 Release/2013.08.20 WAP Browser/MAUI (HTTPS) Profile/  Q03C1-2.40 en-US
Instagram 3.0.4 Android (8/2.2.1; 240dpi; 480x800; HTC/verizon_wwe; ADR6400L; mecha; mecha; en_US)
Lynx/2.8.7rel.2 libwww-FM/2.14 SSL-MM/1.4.1 OpenSSL/1.0.1f
Links (2.7; CYGWIN_NT-5.1 1.7.15(0.260/5/3) i686; GNU C 4.5.3; text)
ELinks (0.4.3; NetBSD 3.0.2_PATCH sparc64; 141x19)
Mozilla/5.0 (compatible; Konqueror/3.5; OpenBSD) KHTML/3.5.9 (like Gecko)
Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/32.0.1700.76 Safari/537.36,gzip(gfe) (via docs.google.com/viewer)
Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.152 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 10; CUBOT P40) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/88.0.4324.152 Mobile Safari/537.36
Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Silk/108.4.6 like Chrome/108.0.5359.220 Safari/537.36
Mozilla/5.0 (Linux; Android 13; SM-S908B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/112.0.0.0 Mobile Safari/537.36 (Ecosia android@112.0.5615.136)
Mozilla/5.0 (Linux; Android 12; Pixel 6; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/94.0.4606.71 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/407.0.0.0.65;]
Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [Pinterest/iOS]
Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1
Mozilla/5.0 (Linux; Android 13; Pixel 7; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0.0.0 Mobile Safari/537.36 Feedly/91
Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Slack/4.35.126 Chrome/118.0.5993.144 Electron/27.1.0 Safari/537.36
"""


NAMED_LIKE_ROBOTS = """
Mozilla/5.0 (Linux; Android 7.0; M bot 54) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/78.0.3904.96 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 7.0; M bot 60 Build/NRD90M; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/62.0.3202.84 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 6.0; B BOT 550 Build/MRA58K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/53.0.2785.124 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 6.0; IDbot553 Build/MRA58K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/59.0.3071.125 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 7.0; ID bot 53+ Build/NRD90M) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/55.0.2883.91 Mobile Safari/537.36
Mozilla/5.0 (Linux; U; Android 7.0; en-us; POWER BOT Build/NRD90M) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/55.0.2883.91 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 13; Spider 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36
Mozilla/5.0 (Linux; Android 4.2.2; HTC Butterfly Build/JDQ39) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/31.0.1650.59 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 8.0.0; Expanse) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/86.0.4240.99 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 8.1.0; Fever_Plus_J) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/95.0.4638.50 Safari/537.36
Mozilla/5.0 (Linux; U; Android 4.3; en-US; ViewSonic A8+ Build/JLS36C) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 UCBrowser/11.0.5.892 U3/0.8.0 Mobile Safari/534.30
Mozilla/5.0 (Linux; Android 15; RMX5101 Build/AP3A.240617.008; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/141.0.7390.97 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 9; Neolix-T7_NG_C; Build/PPR1.180610.011; wv) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/46.0.2490.92 Mobile Safari/537.36 SogouMSE,SogouMobileBrowser/5.6.3
Mozilla/5.0 (Linux; Android 7.1.2; G011A Build/N2G48H; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/66.0.3359.158 Safari/537.36 Viber/11.9.5.8
Mozilla/5.0 (Linux; Android 10; SM-G965U Build/QP1A.190711.020; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/99.0.4844.88 Mobile Safari/537.36 DaumApps/6.9.27 DaumDevice/mobile
Mozilla/5.0 (Macintosh; U; Intel Mac OS X 10_5_6; en-us) AppleWebKit/528.16 (KHTML, like Gecko) Fluid/0.9.6 Safari/528.16
Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 5.1; TuneUp HTML Client Embedded Web Browser from: http://bsalsa.com/; .NET CLR 1.1.4322)
"""
"""Telephones, apps and browsers that are called as robots are, or as a crawler of the list is."""

# People's, or counted on purpose: see _TOO_WIDE.
COUNTED = ("Build/AP3A.240617.008; wv)", "Fluid/0.9.6 Safari", "HeadlessChrome/")


def test_every_crawler_of_the_list_is_a_bot() -> None:
    """The list comes with what each of its crawlers sends."""
    instances = {instance for entry in CRAWLER_USER_AGENTS_DATA for instance in entry.get("instances", ())}

    missed = [instance for instance in instances if not is_bot(instance)]

    assert len(instances) > 2000
    assert [instance for instance in missed if not any(text in instance for text in COUNTED)] == []
    assert len(missed) < 10


@pytest.mark.parametrize("user_agent", NAMED_LIKE_ROBOTS.strip().splitlines())
def test_names_like_those_of_robots(user_agent: str) -> None:
    assert not is_bot(user_agent)


@pytest.mark.parametrize(
    "user_agent",
    [
        "Mozilla/5.0 (Linux; Android 7.0; M bot 54) AppleWebKit/537.36 (compatible; Googlebot/2.1)",
        "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; Bytespider)",
        "Mozilla/5.0 (Linux; Android 10; SomeBot/1.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0 Mobile Safari/537.36",
        "CUBOT bot",
    ],
)
def test_robots_that_call_themselves_telephones(user_agent: str) -> None:
    assert is_bot(user_agent)


@pytest.mark.parametrize("user_agent", FROM_LOG.strip().splitlines() + LATER.strip().splitlines())
def test_programs_are_bots(user_agent: str) -> None:
    assert is_bot(user_agent)


@pytest.mark.parametrize("user_agent", [CHROME, *VISITORS.strip().splitlines()])
def test_browsers_are_not_bots(user_agent: str) -> None:
    assert not is_bot(user_agent)


@pytest.mark.parametrize("user_agent", ["", " ", "\t"])
def test_an_empty_user_agent_is_a_bot(user_agent: str) -> None:
    assert is_bot(user_agent)


def test_headless_chrome_counts_because_browser_tests_send_it() -> None:
    assert not is_bot(CHROME.replace("Chrome/", "HeadlessChrome/"))


def test_case_does_not_matter() -> None:
    assert is_bot("MOZILLA/5.0 (COMPATIBLE; SOMEBOT/1.0)")
    assert is_bot("CURL/8.0")


def test_what_is_beyond_512_characters_does_not_matter() -> None:
    assert is_bot(CHROME.ljust(500) + " bot")
    assert not is_bot(CHROME.ljust(512) + " bot")


@given(st.text(st.characters(exclude_categories=[])))
def test_takes_any_text(text: str) -> None:
    assert is_bot(text) in (True, False)
    assert is_bot(f"\ud800 spider {text}")


def test_a_lone_surrogate_alone_makes_no_bot() -> None:
    assert not is_bot(CHROME + " \ud800")


@pytest.mark.parametrize(
    "user_agent",
    [
        "Shop/42 CFNetwork/1568.100.1 Darwin/24.0.0",
        "Dalvik/2.1.0 (Linux; U; Android 13; Pixel 7 Build/TQ3A.230805.001)",
        "okhttp/4.12.0",
        "Dart/3.2 (dart:io)",
    ],
)
def test_events_of_apps_count_under_the_name_that_their_platform_sends(user_agent: str) -> None:
    """An app cannot hold a secret key, and its makers seldom choose a user agent (AWStats#238, isbot#238)."""
    assert not sends_no_events(user_agent)
    assert is_bot(user_agent), "who fetches pages so is a feed reader"


@pytest.mark.parametrize(
    "user_agent",
    [
        "Dalvik/2.1.0 (Linux; U; Android 9.0; compatible; AdsBot-Google-Mobile-Apps)",
        "SomeBot/1.0 CFNetwork/1410.0.3 Darwin/22.6.0",
        "okhttp/4.12.0 (+https://crawler.example)",
        "python-requests/2.32",
        "",
        "-",
    ],
)
def test_programs_that_say_what_they_are_send_no_events(user_agent: str) -> None:
    assert sends_no_events(user_agent)
