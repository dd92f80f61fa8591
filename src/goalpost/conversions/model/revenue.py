"""The conversion that an event is for a goal it reaches, and what it earns."""

from decimal import Decimal

from goalpost.conversions.model.conversion_goals import ConversionGoal, Trigger
from goalpost.conversions.model.events import Conversion, Event
from goalpost.kernel.currencies import CURRENCIES
from goalpost.kernel.money_texts import read_amount

_MAX_REVENUE = Decimal(10) ** 14
_SMALLEST = Decimal("0.0001")


def convert(event: Event, goal: ConversionGoal) -> Conversion:
    """The conversion that `event` is for a goal it reaches."""
    revenue = conversion_revenue(event, goal)
    currency = "" if revenue is None else event.currency or _told_beside(event) or goal.currency or ""
    return Conversion(goal.id, event.id, event.timestamp_ms, event.visitor, revenue, currency)


def _told_beside(event: Event) -> str:
    """The currency in a property beside the property `revenue`; '' without one."""
    if event.revenue is not None or "currency" not in event.props:
        return ""
    code = event.props["currency"].strip().upper()
    return code if code in CURRENCIES else ""


def conversion_revenue(event: Event, goal: ConversionGoal) -> Decimal | None:
    """Return what the event earns for the goal, in whatever currency it was sent: never from a page view.

    For custom events a numeric property `revenue` counts too where the goal has a currency, since that is how trackers
    without a revenue argument send it.
    """
    if event.kind is Trigger.PAGEVIEW:
        return None
    if event.revenue is not None:
        return event.revenue
    if event.kind is Trigger.EVENT and goal.currency is not None and "revenue" in event.props:
        return parse_revenue(event.props["revenue"])
    return None


def parse_revenue(amount: str | Decimal) -> Decimal | None:
    """Return an amount of money with at most four decimals; None for what is not a finite amount from 0 to 10^14.

    A text is read as `read_amount` says, which gives None where it could mean two amounts.
    """
    value = read_amount(amount) if isinstance(amount, str) else amount
    # Finite first: a signalling NaN cannot even be compared.
    if value is None or not value.is_finite() or not 0 <= value < _MAX_REVENUE:
        return None
    rounded = value.quantize(_SMALLEST)
    return rounded if rounded < _MAX_REVENUE else None
