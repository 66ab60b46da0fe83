from pathlib import Path

from passinfo.bms.changes import ChangeKind, ServiceChange
from passinfo.stores.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from passinfo.stores.state import StateStore


def test_a_key_opens_until_it_is_revoked_and_its_token_is_nowhere(tmp_path: Path) -> None:
    store = StateStore(tmp_path / "state.sqlite")
    key = store.add_key("garage", frozenset({"bms:write"}), "t" * 43, 1.0)
    found = store.key_of("t" * 43)
    assert found == key
    assert store.key_of("other") is None
    assert store.revoke_key(key.key_id, 2.0)
    assert not store.revoke_key(key.key_id, 3.0)
    assert store.key_of("t" * 43) is None
    assert [each.revoked_at for each in store.all_keys()] == [2.0]
    store.close()
    assert b"t" * 43 not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_orders_come_back_and_can_be_withdrawn(tmp_path: Path) -> None:
    store = StateStore(tmp_path / "state.sqlite")
    order = ServiceChange("c1", ChangeKind.DETOUR, 5.0, route_id="R1", text=(("en", "Detour"),))
    store.put_change(order)
    store.put_change(order)
    assert store.changes() == (order,)
    assert store.withdraw_change("c1")
    assert not store.withdraw_change("nothing")
    assert store.changes()[0].withdrawn
    store.close()


def test_a_damaged_checkpoint_falls_back_to_the_one_before(tmp_path: Path) -> None:
    assert load_checkpoint(tmp_path) is None
    save_checkpoint(tmp_path, Checkpoint("one", 1, 1))
    save_checkpoint(tmp_path, Checkpoint("two", 2, 2, "[{}]"))
    assert load_checkpoint(tmp_path) == Checkpoint("two", 2, 2, "[{}]")
    (tmp_path / "checkpoint").write_bytes(b"torn")
    assert load_checkpoint(tmp_path) == Checkpoint("one", 1, 1)
