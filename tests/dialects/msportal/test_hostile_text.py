"""Hostile and odd texts come back as they went, as JSON that no browser takes for a page."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.dialects.msportal.support import Portal, data_of, failure

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "javascript:alert(document.cookie)",
    "data:text/html;base64,PHNjcmlwdD4=",
    "<a href='javascript:alert(1)'>x</a>",
    "<style>@import'//evil.example'</style>",
    "<math><mi xlink:href='javascript:alert(1)'>",
    "<!--<script>-->]]><![CDATA[x",
    "&lt;script&gt; &amp;lt; &#x3c;",
    "${7*7}{{7*7}}<%= 7*7 %>#{7*7}",
    "'; DROP TABLE customer_goals; --",
    "\" OR \"\"=\"' OR ''='",
    "1); DELETE FROM goals WHERE (1=1",
    "../../etc/passwd%00\\..\\..",
    '=HYPERLINK("http://evil.example")',
    "\u202ereversed\u202c \u2066isolated\u2069 \u200f",
    "Z\u0351\u036b\u0343a\u0327\u0328l\u0334go\u0301\u0301\u0301",
    "e\u0301 and \u00e9 are not made the same",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f1ea\U0001f1fa \u2764\ufe0f",
    "\ufeff\u200b\u2028\u2029\u0085\u00a0",
    "\x01\x08\x0b\x1b[31m\x7f\x9f",
    "\ufffe\uffff\U0010ffff\ue000",
    "\u0130\u0131\u1e9e\ufb03 \u03c2\u03a3",
    '\\u0041 \\n \\" \\',
]
CONTEXTS = [
    "{}",
    " {} ",
    '"{}"',
    "'{}'",
    '</title>"><b x="{}">',
    "a\r\nset-cookie: x={}\r\n\r\n",
    "--><p>{}</p><!--",
    "`{}`;//",
]


def texts() -> Iterator[str]:
    for context in CONTEXTS:
        for payload in PAYLOADS:
            yield context.replace("{}", payload)


def is_plain_json(answer: httpx.Response) -> None:
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers
    assert "script-src" not in answer.headers["content-security-policy"]


def test_there_are_enough_texts() -> None:
    assert len(set(texts())) >= 200
    assert max(map(len, texts())) <= 200


@pytest.mark.parametrize("context", CONTEXTS)
def test_texts_come_back_as_they_went(context: str, portal: Portal) -> None:
    goal = portal.goal()["id"]
    task = portal.task(goal)["id"]
    for payload in PAYLOADS:
        text = context.replace("{}", payload)
        company = {"name": text}
        sent: list[tuple[str, str, dict[str, Any]]] = [
            ("POST", "/goals", portal.body(title=text, description=text)),
            ("PATCH", f"/goals/{goal}", {"title": text, "description": text}),
            ("POST", f"/goals/{goal}/tasks", {"title": text, "description": text}),
            ("PATCH", f"/goals/{goal}/tasks/{task}", {"title": text, "description": text}),
            ("POST", f"/goals/{goal}/updates", {"updateText": text}),
            ("POST", "/companies", company),
            ("PATCH", f"/companies/{portal.company}", company),
        ]
        for method, path, body in sent:
            answer = portal.api.request(method, path, json=body)
            is_plain_json(answer)
            found = data_of(answer, 201 if method == "POST" else 200)
            fields = [field for field in body if field != "companyId"]
            # Names of companies are kept without blanks around them, and with one for every run of them.
            expected = [" ".join(text.split()) if field == "name" else text for field in fields]
            assert [found[field] for field in fields] == expected, (method, path)
        is_kept(portal, goal, text)


def is_kept(portal: Portal, goal: str, text: str) -> None:
    """Check that a new text is read the same in each place that shows it."""
    answer = portal.api.get(f"/goals/{goal}")
    is_plain_json(answer)
    found = data_of(answer)
    assert (found["title"], found["description"]) == (text, text)
    assert found["company"]["name"] == " ".join(text.split())
    assert (found["tasks"][0]["title"], found["tasks"][-1]["description"]) == (text, text)
    assert found["updates"][0]["updateText"] == text
    assert portal.list(limit=1)[0]["title"] == text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_text_is_found_by_a_search_for_itself(payload: str, portal: Portal) -> None:
    portal.goal(title="something else")
    goal = portal.goal(title=f"x{payload}y")
    answer = portal.api.get("/goals", params={"search": payload})
    is_plain_json(answer)
    assert [found["id"] for found in data_of(answer)] == [goal["id"]]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_text_in_the_wrong_place_is_refused_as_json(payload: str, portal: Portal) -> None:
    answers = [
        portal.api.post("/goals", json=portal.body(statusId=payload, dueDate=payload, year=payload)),
        portal.api.post("/goals", content=payload.encode()),
        portal.api.get("/goals", params={"companyId": payload, "sortColumn": payload, "page": payload}),
        portal.api.get("/goals", headers={"x-request-id": payload.encode("unicode_escape")}, params={"limit": 0}),
    ]
    for answer in answers:
        is_plain_json(answer)
        assert failure(answer)[0] == 400
