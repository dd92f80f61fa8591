"""Sites as rows of either store."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError

from goalpost.conversions.rows import sites
from goalpost.conversions.rows.tables import sites as sites_table
from goalpost.tenancy.rows import workspaces
from tests.support.stored_rows import HOUR, NOW, new_key, new_site, new_workspace


def test_a_site_comes_back_by_key_and_by_id(engine: Engine) -> None:
    with engine.begin() as db:
        site = new_site(db, new_workspace(db).id)
    with engine.begin() as db:
        assert sites.find_site(db, site.key) == sites.get_site(db, site.id) == site
        assert sites.find_site(db, site.key.upper()) is None
        assert sites.get_site(db, uuid4()) is None


def test_sites_are_listed_for_one_workspace_or_for_all_oldest_first(engine: Engine) -> None:
    with engine.begin() as db:
        first, second = new_workspace(db, "1"), new_workspace(db, "2")
        late = new_site(db, first.id, "late.example.com", NOW + HOUR)
        early, foreign = new_site(db, first.id, "early.example.com"), new_site(db, second.id, "x.example.com")
        # Of one moment, by id.
        expected = sorted([early, foreign], key=lambda site: site.id.int)
    with engine.begin() as db:
        assert sites.list_sites(db, first.id) == [early, late]
        assert sites.list_sites(db, None) == [*expected, late]


def test_a_changed_site_keeps_its_key_and_its_workspace(engine: Engine) -> None:
    with engine.begin() as db:
        site = new_site(db, new_workspace(db).id)
    changed = replace(site, domain="b.example.com", name="Other", public_stats=False)
    with engine.begin() as db:
        sites.update_site(db, replace(changed, key="sk_other", workspace_id=uuid4()))
    with engine.begin() as db:
        assert sites.get_site(db, site.id) == changed


def test_a_deleted_site_is_nowhere_and_its_row_stays(engine: Engine) -> None:
    with engine.begin() as db:
        site = new_site(db, new_workspace(db).id)
        sites.delete_site(db, site.id, NOW + HOUR)
    with engine.begin() as db:
        assert sites.find_site(db, site.key) is None
        assert sites.get_site(db, site.id) is None
        assert sites.list_sites(db, None) == []
        assert not sites.has_domain(db, site.workspace_id, site.domain)
        assert (
            db.execute(select(sites_table.c.deleted_at).where(sites_table.c.id == site.id)).scalar_one() == NOW + HOUR
        )


def test_a_domain_is_free_again_after_deletion_and_in_another_workspace(engine: Engine) -> None:
    with engine.begin() as db:
        first, second = new_workspace(db, "1"), new_workspace(db, "2")
        site = new_site(db, first.id)
        new_site(db, second.id)
        assert sites.has_domain(db, first.id, site.domain)
        assert not sites.has_domain(db, first.id, "b.example.com")
    with pytest.raises(IntegrityError), engine.begin() as db:
        new_site(db, first.id)
    for _ in range(2):  # and however often
        with engine.begin() as db:
            sites.delete_site(db, sites.list_sites(db, first.id)[0].id, NOW)
            new_site(db, first.id)
    with engine.begin() as db:
        assert len(sites.list_sites(db, first.id)) == 1


def test_rows_without_a_workspace_are_rejected(engine: Engine) -> None:
    with pytest.raises(IntegrityError), engine.begin() as db:
        new_site(db, uuid4())
    with pytest.raises(IntegrityError), engine.begin() as db:
        new_key(db, uuid4())


def test_texts_are_kept_as_they_are(engine: Engine) -> None:
    awkward = "'; DROP TABLE sites; -- \\ % {x:String} \u202e 日本 😀 é e\u0301 \x01\x7f\n\t"
    with engine.begin() as db:
        workspace = new_workspace(db, awkward)
        site = replace(new_site(db, workspace.id), name=awkward)
        sites.update_site(db, site)
    with engine.begin() as db:
        assert workspaces.find_workspace(db, awkward) == workspace
        assert sites.get_site(db, site.id) == site
