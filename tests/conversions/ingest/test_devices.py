"""User agents of the devices that visit sites, old and new."""

# ruff: noqa: E501 -- user agents are as long as they are

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalpost.conversions.ingest.devices import Device, device_of

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15"

DEVICES = """
Desktop, Chrome, Windows: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36
Desktop, Edge, Windows: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0
Desktop, Opera, Windows: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Safari/537.36 OPR/105.0.0.0
Desktop, Internet Explorer, Windows: Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko
Desktop, Internet Explorer, Windows: Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0; SLCC2; Media Center PC 6.0; Tablet PC 2.0)
Desktop, Firefox, Windows: Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:109.0) Gecko/20100101 Firefox/119.0
Desktop, Safari, macOS: Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15
Desktop, Vivaldi, macOS: Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Safari/537.36 Vivaldi/6.4
Desktop, Firefox, Linux: Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:27.0) Gecko/20100101 Firefox/27.0
Desktop, Firefox, Linux: Mozilla/5.0 (X11; Fedora; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/119.0
Desktop, Headless Chrome, Linux: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.0.0 Safari/537.36
Desktop, Chrome, ChromeOS: Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Safari/537.36
Desktop, Opera, Linux: Opera/9.80 (X11; Linux x86_64) Presto/2.12.388 Version/12.16
Desktop, Chrome, FreeBSD: Mozilla/5.0 (X11; FreeBSD amd64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/30.0.1599.101 Safari/537.36
Mobile, Safari, iOS: Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1
Mobile, Chrome, iOS: Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/119.0.6045.109 Mobile/15E148 Safari/604.1
Mobile, Firefox, iOS: Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/119.0 Mobile/15E148 Safari/605.1.15
Mobile, Instagram, iOS: Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 300.0.0.20.100 (iPhone14,5)
Mobile, Chrome, Android: Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36
Mobile, Samsung Internet, Android: Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile Safari/537.36
Mobile, Chrome, Android: Mozilla/5.0 (Linux; Android 12; Pixel 6; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/94.0.4606.71 Mobile Safari/537.36
Mobile, Firefox, Android: Mozilla/5.0 (Android 13; Mobile; rv:109.0) Gecko/119.0 Firefox/119.0
Mobile, Firefox, KaiOS: Mozilla/5.0 (Mobile; Nokia 8110 4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5
Mobile, Internet Explorer, Windows Phone: Mozilla/5.0 (compatible; MSIE 10.0; Windows Phone 8.0; Trident/6.0; IEMobile/10.0; ARM; Touch; NOKIA; Lumia 920)
Mobile, Opera Mini, -: Opera/9.80 (J2ME/MIDP; Opera Mini/7.1.32052/34.1244; U; en) Presto/2.8.119 Version/11.10
Mobile, -, -: QS304 Profile/MIDP-2.0 Configuration/CLDC-1.1
Tablet, Safari, iOS: Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1
Tablet, Chrome, Android: Mozilla/5.0 (Linux; Android 13; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Safari/537.36
Tablet, Firefox, Android: Mozilla/5.0 (Android; Tablet; rv:27.0) Gecko/27.0 Firefox/27.0
Tablet, Amazon Silk, Android: Mozilla/5.0 (Linux; Android 9; KFMAWI) AppleWebKit/537.36 (KHTML, like Gecko) Silk/108.4.6 like Chrome/108.0.5359.220 Safari/537.36
-, Safari, -: Mozilla/5.0 (PlayStation; PlayStation 5/2.26) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0 Safari/605.1.15
-, Safari, Tizen: Mozilla/5.0 (SMART-TV; Linux; Tizen 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Version/5.0 TV Safari/537.36
-, Chrome, webOS: Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/79.0.3945.79 Safari/537.36 WebAppManager
-, Edge, Windows: Mozilla/5.0 (Windows NT 10.0; Win64; x64; Xbox; Xbox One) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/90.0.4430.212 Safari/537.36 Edge/44.18363
-, -, -: nonsense
"""
"""Device, browser, system (`-` for unknown): user agent."""


@pytest.mark.parametrize("line", DEVICES.strip().splitlines())
def test_reads_device_browser_and_system(line: str) -> None:
    labels, user_agent = line.split(": ", 1)
    assert device_of(user_agent) == Device(*("" if label == "-" else label for label in labels.split(", ")))


def test_an_empty_user_agent_tells_nothing() -> None:
    assert device_of("") == Device("", "", "")


def test_labels_that_come_from_the_user_agent_are_bounded() -> None:
    assert device_of(f"{'x' * 150}/1.0 CFNetwork/1410 Darwin/22.6.0").browser == "x" * 50
    assert device_of("a\x00b/1.0 CFNetwork/1410 Darwin/22.6.0").browser == ""


def test_what_is_beyond_512_characters_does_not_matter() -> None:
    assert device_of(MAC.ljust(500) + " iPad").device == "Tablet"
    assert device_of(MAC.ljust(512) + " iPad") == Device("Desktop", "Safari", "macOS")


user_agents = st.one_of(
    st.text(st.characters(exclude_categories=[])),
    st.lists(
        st.sampled_from(["Mozilla/5.0 ", "(Linux; Android 10", ") Mobile", " Chrome/1.0", "iPad", "\ud800", "é/1.0"])
    ).map("".join),
)


@given(user_agents)
def test_always_gives_labels_that_can_be_stored(user_agent: str) -> None:
    found = device_of(user_agent)
    assert found.device in {"Desktop", "Mobile", "Tablet", ""}
    for label in found:
        label.encode()
        assert label.isprintable()
        assert len(label) <= 50
