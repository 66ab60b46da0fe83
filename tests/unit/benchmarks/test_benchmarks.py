"""The frame of the benchmarks: listing, running, refusing."""

import json

import numpy as np
import pytest

from benchmarks import predict
from benchmarks.__main__ import found, main
from benchmarks.big_city import RUNS, big_city, noon, runs_ahead, snapshot_of
from benchmarks.result import Result
from passinfo.prediction.stack import default_predictor

QUICK = Result(1234.5, "rows/s", 10, "rows", 100.0, "one by one", "aim: 1,000", {"slowest": 2.0})


def test_all_benchmarks_are_listed(capsys):
    assert main([]) == 0
    listed = capsys.readouterr().out
    assert {"encode", "predict"} <= set(found())
    assert all(f"{name:12} {module.SUMMARY}" in listed for name, module in found().items())


def test_a_result_is_told_with_its_baseline_and_written_as_json(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(predict, "run", lambda: QUICK)
    assert main(["predict", "--json", str(tmp_path / "r.json")]) == 0
    told = capsys.readouterr().out
    assert "1,234 rows/s" in told or "1,235 rows/s" in told
    assert "baseline 100 rows/s: one by one" in told
    record = json.loads((tmp_path / "r.json").read_text())
    assert record["figure"] == 1234.5 and record["machine"]["processors"]


def test_an_unknown_benchmark_is_refused(capsys):
    assert main(["flying"]) == 2
    assert "no benchmark 'flying'" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("name", ["encode", "predict"])
def test_every_benchmark_runs(name):
    result = found()[name].run()
    assert result.figure > 0 and result.n > 100_000


def test_the_big_city_is_whole():
    network = big_city()
    said = default_predictor(network).predict(network, runs_ahead(network), noon())
    assert np.isfinite(said.p50_at).all() and len(said.p50_at) == RUNS * 29
    snapshot = snapshot_of(network, runs_ahead(network), said)
    assert len(snapshot.order_by_stop) == RUNS * 29 == snapshot.stop_ptr[-1]
