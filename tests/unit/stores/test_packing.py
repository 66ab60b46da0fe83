"""Blocks of columns and blobs: what goes in comes out, what is damaged is told."""

import gzip

import numpy as np
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from passinfo.stores.encodings import LARGE, with_packed
from passinfo.stores.errors import StoreUnreadable
from passinfo.stores.packing import Blobs, Packed, pack

MAGIC = b"PITESTS1"
TEXTS = st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=6)


def texts(values):
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


@given(TEXTS, st.lists(st.floats(allow_nan=False), max_size=6), st.binary(max_size=20))
def test_what_goes_in_comes_out(words, numbers, blob):
    block = pack(MAGIC, {"a": 1}, {"words": texts(words), "numbers": np.array(numbers)}, {"blob": blob})
    found = Packed(memoryview(block), MAGIC, "here")
    assert found.column("words").tolist() == words
    assert found.column("numbers").tolist() == numbers
    assert found.facts == {"a": 1}
    assert dict(Blobs(found)) == {"blob": blob}


BLOCK = pack(MAGIC, {}, {"x": np.arange(9.0), "t": texts(["a", None, ""])}, {"one": b"1" * 64, "two": b"2" * 64})


@given(st.integers(0, len(BLOCK) - 1))
def test_a_changed_byte_is_never_taken_for_data(place):
    damaged = bytearray(BLOCK)
    damaged[place] ^= 0x55
    try:
        found = Packed(bytes(damaged), MAGIC, "here")
        read = (found.column("x").tolist(), found.column("t").tolist(), dict(Blobs(found)))
    except StoreUnreadable:
        return
    assert read == (list(range(9)), ["a", None, ""], {"one": b"1" * 64, "two": b"2" * 64})  # a byte of padding


def test_damage_to_one_blob_costs_no_other():
    damaged = BLOCK.replace(b"2" * 64, b"2" * 63 + b"3")
    blobs = Blobs(Packed(damaged, MAGIC, "here"))
    assert blobs["one"] == b"1" * 64
    with pytest.raises(StoreUnreadable, match="two is damaged"):
        blobs["two"]
    assert blobs.get("three") is None


def test_feeds_are_packed_if_they_gain_by_it():
    feeds = {"small.pb": b"s" * 100, "some.pb": b"some" * 500, "large.json": b"large" * (LARGE // 4)}
    found = with_packed(feeds)
    assert {name: found[name] for name in feeds} == feeds
    assert set(found) - set(feeds) == {"some.pb.gz", "some.pb.zst", "large.json.gz", "large.json.zst"}
    for name in ("some.pb", "large.json"):
        assert gzip.decompress(found[f"{name}.gz"]) == zstandard.ZstdDecompressor().decompress(found[f"{name}.zst"])
        assert gzip.decompress(found[f"{name}.gz"]) == feeds[name]
    assert with_packed(feeds) == found
