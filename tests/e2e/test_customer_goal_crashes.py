"""`kill -9` while customer goals are made: what was answered is there whole, and what is sent again is made once."""

from collections.abc import Callable
from uuid import UUID

import httpx

from goalpost.customers.services import customer_goals
from goalpost.dialects.msportal.routes import PREFIX
from tests.support.server import RunningServer, Workspace, eventually
from tests.support.together import Crew

WRITERS = 4
AFTER_CRASH = 5


class Writers(Crew):
    """Threads that make goals, each goal under a key of its own, and send again what was not answered."""

    def __init__(self, server: RunningServer, workspace: Workspace) -> None:
        super().__init__(WRITERS)
        self._url, self._key = server.url + PREFIX, workspace.key
        company = httpx.post(f"{self._url}/companies", json={"name": "Acme"}, headers=self._headers(), trust_env=False)
        self._company = company.json()["data"]["id"]
        self.answered: dict[str, str] = {}
        self.unexpected: list[int] = []

    def wait_for(self, count: int) -> None:
        wanted = len(self.answered) + count
        eventually(lambda: len(self.answered) >= wanted, seconds=60, what=f"{count} goals more")

    def work(self, number: int) -> None:
        count = 0
        with httpx.Client(trust_env=False, timeout=30) as client:
            while not self.stop.is_set():
                self._make(client, f"{number}-{count}")
                count += 1

    def _make(self, client: httpx.Client, name: str) -> None:
        """Make one goal, however often the server goes away meanwhile."""
        body = {"title": name, "companyId": self._company, "progressPercentage": 10}
        while name not in self.answered:
            try:
                answer = client.post(
                    f"{self._url}/goals", json=body, headers=self._headers(**{"idempotency-key": name})
                )
            except httpx.TransportError:
                if self.stop.wait(0.05):
                    return
                continue
            if answer.status_code != 201:
                self.unexpected.append(answer.status_code)
                return
            self.answered[name] = answer.json()["data"]["id"]

    def _headers(self, **more: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self._key}", **more}


def test_kill_9_loses_no_goal_and_doubles_none(own_server: Callable[..., RunningServer]) -> None:
    server = own_server().start()
    workspace = server.make_workspace()
    with Writers(server, workspace) as writers:
        for _ in range(AFTER_CRASH):
            writers.wait_for(20)
            server.kill()
            server.start()
        writers.wait_for(20)
    assert writers.unexpected == []
    with server.stores.reading() as db:
        kept = {goal.title: goal for goal in customer_goals.each_goal(db, workspace_id=workspace.id)}
        made = list(customer_goals.each_goal(db, workspace_id=workspace.id))
        trails = [list(customer_goals.list_changes(db, goal_id=goal.id)) for goal in made]
    assert {name: kept[name].id for name in writers.answered} == {
        name: UUID(found) for name, found in writers.answered.items()
    }
    assert len(made) == len(kept) <= len(writers.answered) + WRITERS  # at most one a writer was under way at the end
    assert all(len(trail) == 1 for trail in trails)
