"""Training departures, and what is predicted with what was learned."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.departures.command import card, departure_errors
from models.departures.moments import Truth, moments_of
from models.departures.rows import departed_of, layovers_of, rows_of
from models.departures.train import train_departures
from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.artefact import MANIFEST, ArtefactUnusable
from passinfo.prediction.departure.artefact import FOLDER, MEDIAN, load_departures, save_departures
from passinfo.prediction.departure.features import expected
from passinfo.prediction.departure.model import waits
from passinfo.prediction.departure.places import places
from passinfo.prediction.departure.predictor import DeparturePredictor
from passinfo.prediction.departure.terminals import Stands, no_terminals
from passinfo.prediction.protocol import Method
from passinfo.prediction.stack import LivePredictor
from passinfo.prediction.watching import Watching, WatchingTerminals
from tests.unit.builders_network import HEADWAY, TIMETABLE, run, together
from tests.unit.models.departures.conftest import NETWORK

PLACES = places(NETWORK)


def moment(known, hour: float):
    """The first moment from an hour on at which a bus has waited for a minute."""
    zero = known[0].waiting.now - known[0].waiting.service_s
    return next(each for each in known if each.waiting.now >= zero + hour * 3600 and each.waiting.now % 600 >= 60)


def test_the_model_beats_the_baselines_on_days_it_has_not_seen(trained) -> None:
    errors = departure_errors(trained[1])
    assert errors["model"] < 0.9 * min(errors["schedule"], errors["headway"])
    assert errors["model"] <= errors["layover"]
    assert f"{errors['headway']:.0f}" in card(trained[1], errors)


def test_truth_is_the_next_departure_only(days, known) -> None:
    waiting = moment(known, 10).waiting
    truth, place = Truth(PLACES, days[2]), PLACES.of_pattern[waiting.pattern_ix]
    at, sure = truth.next(waiting, place)
    assert np.isfinite(at).all() and sure.all() and (at >= waiting.now).all()
    assert np.isnan(truth.next(replace(waiting, now=waiting.now + 7_200), place)[0]).all()


def test_nothing_received_later_changes_a_column(days, known) -> None:
    day = days[2]
    usual = layovers_of(PLACES, [departed_of(NETWORK, PLACES, days[0])])
    rows = usual.rows_of(PLACES.name)
    for hour in (10, 12, 14):
        whole = moment(known, hour)
        now = whole.waiting.now
        heard, told = day.received_at <= now, day.live.known_at <= now
        late = np.append(np.flatnonzero(heard), len(heard) - 1)  # one more report, so that the moment is reached
        cut = replace(
            day,
            stands=Stands(*(getattr(day.stands, name)[late] for name in Stands.__slots__)),
            received_at=day.received_at[late],
            planned_at=day.planned_at[late],
            live=Reached(*(getattr(day.live, name)[told] for name in Reached.__slots__)),
        )
        (again,) = [each for each in moments_of(NETWORK, PLACES, cut, 60.0) if each.waiting.now == now]
        columns = [expected(PLACES, usual, rows, each.terminals, each.waiting).columns for each in (whole, again)]
        assert columns[0].tobytes() == columns[1].tobytes()


def test_too_few_departures_teach_nothing(days) -> None:
    few = days[0].true.at < days[0].zero_at + 9.2 * 3600
    true = Reached(*(getattr(days[0].true, name)[few] for name in Reached.__slots__))
    assert train_departures(NETWORK, [replace(days[0], true=true, sure=days[0].sure[few])] * 2) is None


def predictor(trained):
    return DeparturePredictor(trained[0], LivePredictor())


def test_it_watches_traffic_and_terminals(trained) -> None:
    made = predictor(trained)
    assert isinstance(made, Watching) and isinstance(made, WatchingTerminals)
    assert not isinstance(LivePredictor(), WatchingTerminals)


def waiting_run(now: float, vehicle: str):
    one = run(HEADWAY, "H_day", measured_at=now - 5, departs_at=now, start_at=now)
    return replace(one, vehicle_id=np.array([vehicle], dtype=object))


def test_a_waiting_bus_leaves_when_the_model_says_and_drives_from_there(trained, known) -> None:
    then = moment(known, 14)
    now = then.waiting.now
    told = predictor(trained).expecting(None, then.terminals)
    runs = waiting_run(now, str(then.waiting.vehicle_id[0]))
    found = told.predict(NETWORK, runs, now)
    row = trained[0].layovers.rows_of(PLACES.name)
    expect = expected(PLACES, trained[0].layovers, row, then.terminals, then.waiting)
    p10, p50, p90 = waits(trained[0], expect, now)
    assert found.p50_at[0] == pytest.approx(now + p50[0], abs=2e-3)
    assert found.p10_at[0] == pytest.approx(now + p10[0], abs=2e-3)
    assert found.p90_at[0] == pytest.approx(now + p90[0], abs=2e-3)
    assert found.method.tolist() == [Method.MODEL, *[Method.HISTORIC] * 4]
    assert found.p50_at[1:] - found.p50_at[0] == pytest.approx([120, 240, 360, 480], abs=1)


def test_a_run_already_in_service_at_its_first_stop_waits_too(trained, known) -> None:
    then = moment(known, 14)
    now = then.waiting.now
    told = predictor(trained).expecting(None, then.terminals)
    announced = waiting_run(now, str(then.waiting.vehicle_id[0]))
    under_way = replace(announced, departs_at=np.array([np.nan]))
    np.testing.assert_array_equal(
        told.predict(NETWORK, under_way, now).p50_at, told.predict(NETWORK, announced, now).p50_at
    )


def test_runs_that_do_not_wait_or_were_not_seen_are_left_to_the_other(trained, known) -> None:
    then = moment(known, 14)
    now = then.waiting.now
    made = predictor(trained)
    told = made.expecting(None, then.terminals)
    driving = replace(
        run(TIMETABLE, "T1", dist_m=600, measured_at=now - 5, first=2, start_at=now - 150),
        vehicle_id=np.array(["x"], dtype=object),
    )
    unseen = waiting_run(now, "nobody")
    waits_ = waiting_run(now, str(then.waiting.vehicle_id[0]))
    runs = together(driving, waits_, unseen)
    found = told.predict(NETWORK, runs, now)
    plain = made.predict(NETWORK, together(driving, unseen), now)
    rows = np.r_[0:3, 8:13]
    np.testing.assert_array_equal(found.p50_at[rows], plain.p50_at)
    np.testing.assert_array_equal(told.predict(NETWORK, driving, now).p50_at, plain.p50_at[:3])


def test_without_a_seen_terminal_nothing_is_known(trained, known) -> None:
    now = moment(known, 14).waiting.now
    runs = waiting_run(now, "bus1")
    made = predictor(trained)
    empty = made.expecting(None, no_terminals(PLACES)).predict(NETWORK, runs, now)
    np.testing.assert_array_equal(empty.p50_at, made.informed(None).predict(NETWORK, runs, now).p50_at)


@settings(max_examples=25)
@given(hour=st.floats(9.2, 14.5), late_s=st.floats(-900, 900), planned=st.booleans())
def test_promises_are_kept(trained, known, hour: float, late_s: float, planned: bool) -> None:
    then = moment(known, hour)
    now = then.waiting.now
    one = waiting_run(now, str(then.waiting.vehicle_id[0]))
    two = run(TIMETABLE, "T1", measured_at=now - 5, departs_at=max(now, now + late_s), start_at=now + late_s)
    two = replace(two, vehicle_id=one.vehicle_id)
    runs = together(one, two) if planned else one
    found = predictor(trained).expecting(None, then.terminals).predict(NETWORK, runs, now)
    assert (found.p10_at >= now).all()
    assert (found.p10_at <= found.p50_at).all() and (found.p50_at <= found.p90_at).all()
    for first, end in zip(found.ptr[:-1], found.ptr[1:], strict=True):
        for column in (found.p10_at, found.p50_at, found.p90_at):
            assert (np.diff(column[first:end]) > 0).all()


def test_it_is_the_same_after_saving(trained, days, tmp_path: Path) -> None:
    save_departures(tmp_path, trained[0], {"trial": {}})
    again = load_departures(tmp_path)
    assert again is not None
    rows = rows_of(NETWORK, PLACES, trained[0].layovers, days[0], 600.0)
    np.testing.assert_array_equal(again.median.predict(rows.columns), trained[0].median.predict(rows.columns))
    np.testing.assert_array_equal(again.layovers.layover_s, trained[0].layovers.layover_s)
    assert again.layovers.name == PLACES.name and again.share == trained[0].share


def test_a_folder_without_departures_has_none(tmp_path: Path) -> None:
    assert load_departures(tmp_path) is None


@pytest.mark.parametrize("harm", ["features", "bytes"])
def test_a_model_of_other_features_or_damaged_is_refused(trained, tmp_path: Path, harm: str) -> None:
    folder = save_departures(tmp_path, trained[0], {})
    assert folder == tmp_path / FOLDER
    if harm == "bytes":
        (folder / MEDIAN).write_bytes(b"no")
    else:
        manifest = json.loads((folder / MANIFEST).read_text())
        (folder / MANIFEST).write_text(json.dumps({**manifest, "features": ["other"]}))
    with pytest.raises(ArtefactUnusable, match="train anew"):
        load_departures(tmp_path)
