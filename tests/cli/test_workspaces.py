"""`goalpost workspace`, and lists of what is not there yet."""

from uuid import UUID, uuid4


def test_a_workspace_is_created_and_listed(cli) -> None:
    name = f"w-{uuid4()}"
    made = cli("workspace", "create", name, "--json").json
    assert set(made) == {"id", "name", "created_at"}
    assert (made["name"], str(UUID(made["id"]))) == (name, made["id"])

    assert made in cli("workspace", "list", "--json").json
    assert name in cli("workspace", "list").out


def test_a_workspace_may_be_named_by_an_option(cli) -> None:
    name = f"w-{uuid4()}"
    assert name in cli("workspace", "create", "--name", name).out


def test_a_workspace_name_is_taken_once(cli, workspace_name: str) -> None:
    done = cli("workspace", "create", workspace_name)
    assert (done.code, done.out) == (1, "")
    assert done.err == f"goalpost: there is a workspace named {workspace_name!r} already\n"


def test_a_workspace_needs_a_name(cli) -> None:
    done = cli("workspace", "create")
    assert done.code == 2
    assert "a name is needed" in done.err


def test_empty_lists_are_json_for_programs_and_a_word_for_people(alone) -> None:
    for command, words in (
        (("workspace", "list"), "No workspaces yet.\n"),
        (("key", "list"), "No keys yet.\n"),
        (("site", "list"), "No sites yet.\n"),
        (("goal", "list"), "No goals yet.\n"),
    ):
        assert alone(*command, "--json").json == []
        done = alone(*command)
        assert (done.code, done.out, done.err) == (0, "", words)
