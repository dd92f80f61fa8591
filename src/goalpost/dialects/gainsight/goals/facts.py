"""Facts: all that deciding about a goal or a template needs of the store, read before anything is decided."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from goalpost.customers.model.field_schema import FieldSchema
from goalpost.customers.model.templates import GoalTemplate
from goalpost.customers.services import templates
from goalpost.dialects.gainsight.goals.choices import Choices, read_choices
from goalpost.dialects.gainsight.goals.reading import read_schema
from goalpost.dialects.gainsight.protocol import requests
from goalpost.dialects.gainsight.wire import identity
from goalpost.kernel.errors import NotFound
from goalpost.web.base import Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The choices that the workspace has, its custom fields, and the template that is named; None where it is not
    there."""

    choices: Choices
    schema: FieldSchema
    template: GoalTemplate | None = None


def read_facts(call: Call, record: requests.Record, *, kept: Collection[UUID] = ()) -> Facts:
    """Read what deciding about a record needs; `kept` are choices that what it changes has and may keep."""
    return Facts(choices=read_choices(call, kept), schema=read_schema(call, record))


def read_goal_facts(call: Call, record: requests.GoalRecord) -> Facts:
    """Read what deciding about a new goal needs."""
    facts = read_facts(call, record)
    template = _template(call, record.TemplateId) if record.TemplateId is not None else None
    return Facts(choices=facts.choices, schema=facts.schema, template=template)


def _template(call: Call, gsid: str) -> GoalTemplate | None:
    """The template of a GSID, as goals get it."""
    owner = call.caller.workspace_id
    try:
        template = templates.get_template(call.db, workspace_id=owner, template_id=identity(gsid))
    except NotFound:
        return None
    return templates.as_goals_get_it(call.db, template=template)
