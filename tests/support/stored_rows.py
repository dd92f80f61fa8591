"""Rows that tests start from, stored as the services store them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from goalpost.conversions.model.conversion_goals import ConversionGoal, Rule, Trigger
from goalpost.conversions.model.domains import DomainClaim, claimed_host
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.model.sites import Site
from goalpost.conversions.rows import conversion_goals, domains, sites
from goalpost.kernel.ids import new_id, new_site_key
from goalpost.tenancy.model.workspaces import ApiKey, Workspace
from goalpost.tenancy.rows import workspaces

NOW = datetime(2026, 6, 1, 12, 30, 15, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)


def new_workspace(db: Connection, name: str = "w", at: datetime = NOW) -> Workspace:
    workspace = Workspace(new_id(at), name, at)
    workspaces.insert_workspace(db, workspace)
    return workspace


def new_site(db: Connection, workspace_id: UUID, domain: str = "a.example.com", at: datetime = NOW) -> Site:
    site = Site(new_id(at), workspace_id, domain, "Täst 😀", new_site_key(), True, at)
    domains.put_claim(db, DomainClaim(claimed_host(domain), workspace_id, at))
    sites.insert_site(db, site)
    return site


def new_key(db: Connection, workspace_id: UUID, prefix: str = "gp_123456789", at: datetime = NOW) -> ApiKey:
    scopes = frozenset({"events:write", "analytics:read"})
    key = ApiKey(new_id(at), workspace_id, "CI's key", prefix, scopes, at, at + HOUR, None, None)
    workspaces.insert_key(db, key, f"digest of {key.id}")
    return key


def new_goal(db: Connection, site_id: UUID, at: datetime = NOW, **changes: object) -> ConversionGoal:
    rule = Rule(Trigger.PAGEVIEW, MatchType.EXACT, "/thank-you")
    goal = replace(ConversionGoal(new_id(at), site_id, "Thanks", rule, "EUR", at), **changes)
    conversion_goals.insert_goal(db, goal)
    return goal
