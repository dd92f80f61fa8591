"""From a page view to a counted conversion, over HTTP alone."""

from tests.support.server import Site


def test_a_page_view_is_counted_within_a_second(site: Site) -> None:
    goal = site.goal("pageview", "exact", "/thank-you")
    assert site.stats(goal) == {"conversions": 0, "unique_conversions": 0, "revenue": None}

    answer = site.send({"url": f"https://{site.domain}/thank-you?utm_source=x"})

    assert (answer.status_code, answer.content) == (202, b"")
    assert site.counted(goal, 1) == {"conversions": 1, "unique_conversions": 1, "revenue": None}


def test_a_goal_call_with_revenue(site: Site) -> None:
    goal = site.goal("custom", "exact", "purchase", currency="usd")
    for amount in (49.99, 49.99):
        assert site.send({"name": "purchase", "kind": "goal", "revenue": {"amount": amount}}).status_code == 202

    assert site.counted(goal, 2) == {"conversions": 2, "unique_conversions": 1, "revenue": 99.98}
