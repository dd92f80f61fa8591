"""Rows and bytes that a site, and all sites of a workspace, may take in a minute.

Whoever reads a site's page can send its events. Half of each quota is kept for senders with a key, so that strangers
cannot use it up for them.
"""

import math
import time
from uuid import UUID

from goalpost.conversions.ingest.catalog import TrackedSite
from goalpost.kernel.errors import RateLimited
from goalpost.tenancy.rate_limit import Cost


class _Share:
    """The part of a quota that a site or a workspace has taken in this window, and what may be taken without a key."""

    __slots__ = ("_most", "keyed_rows", "keyed_size", "keyless_rows", "keyless_size", "most_rows", "most_size")

    def __init__(self, most: Cost) -> None:
        self._most = most
        self.keyed_rows = self.keyed_size = self.keyless_rows = self.keyless_size = 0
        self.most_rows, self.most_size = _keyless(most.events, 0), _keyless(most.size, 0)

    def has_room(self, rows: int, size: int) -> bool:
        """Return whether a sender with a key may take so much more."""
        _, most_rows, most_size = self._most
        return not (
            (most_rows and self.keyless_rows + self.keyed_rows + rows > most_rows)
            or (most_size and self.keyless_size + self.keyed_size + size > most_size)
        )

    def take_keyed(self, rows: int, size: int) -> None:
        """Take for a sender with a key: beyond the half that is kept for them, others have less left."""
        self.keyed_rows += rows
        self.keyed_size += size
        self.most_rows = _keyless(self._most.events, self.keyed_rows)
        self.most_size = _keyless(self._most.size, self.keyed_size)


class RowQuotas:
    """Counts rows and bytes of sites and their workspaces in one window for all; a limit of 0 means no limit.

    This is asked for every event: a site's counts are found together with its workspace's, and without a key, as nearly
    all events come, there are four comparisons.
    """

    def __init__(self, of_site: Cost, of_workspace: Cost, seconds: int) -> None:
        self._of_site, self._of_workspace = of_site, of_workspace
        self._seconds = seconds
        self._ends = 0.0
        self._sites: dict[bytes, tuple[_Share, _Share]] = {}
        self._workspaces: dict[UUID, _Share] = {}

    def spend(self, tracked: TrackedSite, rows: int, size: int, *, keyed: bool) -> None:
        """Take rows and bytes from both quotas; raises RateLimited, and takes nothing, where one has less left."""
        now = time.monotonic()
        if now >= self._ends:
            self._sites.clear()
            self._workspaces.clear()
            self._ends = now - now % self._seconds + self._seconds
        site, workspace = self._sites.get(tracked.row_id) or self._begin(tracked)
        if keyed:
            if not (site.has_room(rows, size) and workspace.has_room(rows, size)):
                raise RateLimited(max(1, math.ceil(self._ends - now)))
            site.take_keyed(rows, size)
            workspace.take_keyed(rows, size)
            return
        if (
            site.keyless_rows + rows > site.most_rows
            or site.keyless_size + size > site.most_size
            or workspace.keyless_rows + rows > workspace.most_rows
            or workspace.keyless_size + size > workspace.most_size
        ):
            raise RateLimited(max(1, math.ceil(self._ends - now)))
        site.keyless_rows += rows
        site.keyless_size += size
        workspace.keyless_rows += rows
        workspace.keyless_size += size

    def _begin(self, tracked: TrackedSite) -> tuple[_Share, _Share]:
        workspace_id = tracked.site.workspace_id
        if workspace_id not in self._workspaces:
            self._workspaces[workspace_id] = _Share(self._of_workspace)
        counts = self._sites[tracked.row_id] = (_Share(self._of_site), self._workspaces[workspace_id])
        return counts


def _keyless(most: int, keyed: int) -> float:
    """Return what may be taken without a key: half, and no more than others have left; 0 means no limit."""
    return min(most - most // 2, most - keyed) if most else math.inf
