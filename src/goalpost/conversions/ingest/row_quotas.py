"""Rows and bytes that a site, and all sites of a workspace, may take in a minute."""

import math
import time
from dataclasses import dataclass
from uuid import UUID

from goalpost.conversions.ingest.catalog import TrackedSite
from goalpost.kernel.errors import RateLimited
from goalpost.tenancy.rate_limit import Cost


@dataclass(slots=True)
class _Spent:
    rows: int = 0
    size: int = 0


class RowQuotas:
    """Counts rows and bytes of sites and their workspaces in one window for all; a limit of 0 means no limit.

    This is asked for every event: a site's counts are found together with its workspace's.
    """

    def __init__(self, of_site: Cost, of_workspace: Cost, seconds: int) -> None:
        self._most = [limit or math.inf for limit in (*of_site[1:], *of_workspace[1:])]
        self._seconds = seconds
        self._ends = 0.0
        self._sites: dict[bytes, tuple[_Spent, _Spent]] = {}
        self._workspaces: dict[UUID, _Spent] = {}

    def spend(self, tracked: TrackedSite, rows: int, size: int) -> None:
        """Take rows and bytes from both quotas; raises RateLimited, and takes nothing, where one has less left."""
        now = time.monotonic()
        if now >= self._ends:
            self._sites.clear()
            self._workspaces.clear()
            self._ends = now - now % self._seconds + self._seconds
        site, workspace = self._sites.get(tracked.row_id) or self._begin(tracked)
        site_rows, site_size, workspace_rows, workspace_size = self._most
        if (
            site.rows + rows > site_rows
            or site.size + size > site_size
            or workspace.rows + rows > workspace_rows
            or workspace.size + size > workspace_size
        ):
            raise RateLimited(max(1, math.ceil(self._ends - now)))
        site.rows += rows
        site.size += size
        workspace.rows += rows
        workspace.size += size

    def _begin(self, tracked: TrackedSite) -> tuple[_Spent, _Spent]:
        workspace = self._workspaces.setdefault(tracked.site.workspace_id, _Spent())
        counts = self._sites[tracked.row_id] = (_Spent(), workspace)
        return counts
