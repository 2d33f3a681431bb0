"""The link in custom_nodes: made when needed, never a second one, and taken away without touching the pack."""

import pytest

from devtools.errors import SetupError
from devtools.pack_link import link_pack, unlink_pack
from devtools.paths import ROOT


def test_the_pack_is_linked_and_the_link_removed(fake_host):
    link = link_pack(fake_host)
    assert link == fake_host.custom_nodes / "flux-regions"
    assert (link / "dev.py").samefile(ROOT / "dev.py")
    unlink_pack(link)
    assert list(fake_host.custom_nodes.iterdir()) == []
    assert (ROOT / "dev.py").exists()


def test_a_pack_that_is_there_under_any_name_is_left_alone(fake_host):
    (fake_host.custom_nodes / "my-clone").symlink_to(ROOT)
    assert link_pack(fake_host) is None
    assert [entry.name for entry in fake_host.custom_nodes.iterdir()] == ["my-clone"]


def test_another_copy_under_our_name_is_an_error(fake_host):
    (fake_host.custom_nodes / "flux-regions").mkdir()
    with pytest.raises(SetupError, match="holds another copy of this pack"):
        link_pack(fake_host)


def test_a_link_to_nothing_is_replaced(fake_host, tmp_path):
    (fake_host.custom_nodes / "flux-regions").symlink_to(tmp_path / "gone")
    assert link_pack(fake_host).samefile(ROOT)
