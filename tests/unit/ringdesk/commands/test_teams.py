"""`ringdesk teams` says in words who leads whom."""

from tests.unit.ringdesk.running_commands import Run, audited


def test_teams_are_put_listed_and_removed(run: Run, demo: None) -> None:
    assert "supervisors see everything" in run("teams", "list").out
    put = run("teams", "put", "North", "--leader", "zhaomin", "--member", "lina", "--member", "wangwei")
    assert (put.status, put.out) == (0, "North: led by zhaomin; members lina, wangwei\n")
    assert run("teams", "list").out == put.out
    refused = run("teams", "put", "South", "--leader", "nobody")
    assert (refused.status, refused.err) == (1, "ringdesk: there is no user nobody\n")
    assert run("teams", "remove", "North").out == "the team North was removed\n"
    assert "supervisors see everything" in run("teams", "list").out
    assert [it[2:] for it in audited()[:3]] == [
        ("team_remove", "done"),
        ("team_put", "refused"),
        ("team_put", "done"),
    ]
