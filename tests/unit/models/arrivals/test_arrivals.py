"""Training the arrival model, and what it predicts."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from skops import io as skops_io

from feeds.predictors import Promoted
from models.arrivals.command import card, mean_absolute_errors
from models.arrivals.contest import contest
from models.arrivals.day import Day, Seen
from models.arrivals.drives import drives_of
from models.arrivals.moments import Truth, moments_of
from models.arrivals.rows import EVERY_S, rows_of_days, usual_of
from models.arrivals.train import Trial, train
from models.cli import main
from passinfo.errors import OperatorError
from passinfo.network.network import Network
from passinfo.prediction.arrival.artefact import MEDIANS, TABLES, load_model, save_model
from passinfo.prediction.arrival.clock import SATURDAY, day_of, kind_of
from passinfo.prediction.arrival.driven import Reached
from passinfo.prediction.arrival.features import ask, features
from passinfo.prediction.arrival.hops import hop_table
from passinfo.prediction.arrival.model import ArrivalModel
from passinfo.prediction.arrival.predictor import ArrivalPredictor
from passinfo.prediction.arrival.schooling import schooled
from passinfo.prediction.arrival.spots import HOP
from passinfo.prediction.arrival.traffic import Sights, Traffic, no_traffic, traffic_after
from passinfo.prediction.artefact import MANIFEST, ArtefactUnusable
from passinfo.prediction.protocol import Method
from passinfo.prediction.stack import default_predictor
from passinfo.prediction.watching import Watching
from passinfo.times import service_day_zero_s
from tests.unit.builders_network import HEADWAY, TIMETABLE, at, city, run, together
from tests.unit.models.arrivals.conftest import NETWORK, made_day

TABLE = hop_table(NETWORK)


@pytest.fixture(scope="session")
def trained(days: list[Day]) -> tuple[ArrivalModel, Trial]:
    return train(NETWORK, days, iterations=40)


def test_the_model_beats_usual_times_on_a_day_it_has_not_seen(trained: tuple[ArrivalModel, Trial]) -> None:
    errors = mean_absolute_errors(trained[1])
    assert all(row["model"] < row["usual"] for row in errors.values())
    assert errors["3-6"]["model"] < 0.9 * errors["3-6"]["usual"]  # each bus keeps its own pace


def test_the_card_stands_beside_its_baselines(trained: tuple[ArrivalModel, Trial], days: list[Day]) -> None:
    text = card(days, trained[1], mean_absolute_errors(trained[1]))
    assert "| 3-6 |" in text and "day2" in text


def test_truth_is_of_the_same_run_only(days: list[Day]) -> None:
    truth = Truth(NETWORK, days[0])
    known = next(iter(moments_of(NETWORK, TABLE, days[0], 600.0)))
    asked = ask(NETWORK, TABLE, usual_of(NETWORK, TABLE, days[:1], [drives_of(NETWORK, TABLE, days[0])]),
                known.traffic, known.moment)  # fmt: skip
    instants, sure = truth.next(known.moment, asked.road.ptr, asked.stop_row)
    assert np.isfinite(instants).all() and sure.all() and (instants >= known.moment.now).all()
    inner = np.diff(instants)[np.diff(asked.road.run) == 0]
    assert (inner > 0).all()


def cut_at(day: Day, now: float) -> Day:
    """What was received by an instant, and one more report, later, so that the instant is reached."""
    heard, told = day.seen.received_at <= now, day.live.known_at <= now
    seen = Seen(*(np.append(getattr(day.seen, name)[heard], getattr(day.seen, name)[-1:]) for name in Seen.__slots__))
    return replace(day, seen=seen, live=Reached(*(getattr(day.live, name)[told] for name in Reached.__slots__)))


def test_nothing_received_later_changes_what_today_teaches(
    trained: tuple[ArrivalModel, Trial], days: list[Day]
) -> None:
    day, usual = days[1], trained[0].usual

    def watch(network: Network, traffic: Traffic | None, reached: Reached, sights: Sights, now: float) -> Traffic:
        after = traffic_after(network, TABLE, traffic, reached, sights, now)
        return schooled(network, TABLE, usual, trained[0], after, reached, sights, now)

    now = day.zero_at + 9 * 3_600.0
    whole, cut = (
        next(known for known in moments_of(NETWORK, TABLE, each, 60.0, watch) if known.moment.now == now)
        for each in (day, cut_at(day, now))
    )
    todays = [each.traffic.lessons.today for each in (whole, cut)]
    assert len(todays[0].cases.residual) > 50 and todays[0].weights.any()
    assert todays[0].weights.tobytes() == todays[1].weights.tobytes()
    hops, again = (each.spots.total[HOP] for each in todays)
    assert hops.any() and hops.tobytes() == again.tobytes()
    assert whole.traffic.lessons.shift.tobytes() == cut.traffic.lessons.shift.tobytes()


def test_nothing_received_later_changes_a_feature(days: list[Day]) -> None:
    day = days[1]
    usual = usual_of(NETWORK, TABLE, [days[0]], [drives_of(NETWORK, TABLE, days[0])])
    for known in list(moments_of(NETWORK, TABLE, day, 1_800.0))[2:12]:
        now = known.moment.now
        later = moments_of(NETWORK, TABLE, cut_at(day, now), 1_800.0)
        (again,) = [each for each in later if each.moment.now == now]
        columns = []
        for each in (known, again):
            asked = ask(NETWORK, TABLE, usual, each.traffic, each.moment)
            rows = np.arange(len(asked.mix_s))
            columns.append(features(NETWORK, TABLE, usual, each.traffic, each.moment, asked, rows).tobytes())
        assert columns[0] == columns[1]


def traffic_at(day: Day, now: float):
    return [each for each in moments_of(NETWORK, TABLE, day, EVERY_S) if each.moment.now <= now][-1]


def test_the_predictor_serves_buses_on_the_way_and_leaves_the_others(
    trained: tuple[ArrivalModel, Trial], days: list[Day]
) -> None:
    other = default_predictor(NETWORK)
    predictor = ArrivalPredictor(trained[0], other)
    assert isinstance(predictor, Watching) and isinstance(other, Watching)
    now = days[0].zero_at + 10 * 3600
    known = traffic_at(days[0], now)
    now = known.moment.now
    way = run(HEADWAY, dist_m=700.0, measured_at=now - 5, first=2)
    waits = run(HEADWAY, first=0, departs_at=now + 60)
    planned = run(TIMETABLE, "T1", dist_m=700.0, measured_at=now - 5, first=2, start_at=at(10))
    runs = together(planned, way, waits)
    found = predictor.informed(known.traffic).predict(NETWORK, runs, now)
    plain = other.informed(known.traffic).predict(NETWORK, runs, now)
    of = [slice(*found.ptr[k : k + 2]) for k in range(3)]
    assert (found.method[of[1]] == Method.MODEL).all()
    for part in (of[0], of[2]):
        np.testing.assert_array_equal(found.p50_at[part], plain.p50_at[part])
    assert (found.p10_at <= found.p50_at).all() and (found.p50_at <= found.p90_at).all()
    assert (np.diff(found.p50_at[of[1]]) >= 1).all() and (found.p50_at >= now).all()
    assert found.p50_at[of[1]][-1] - now == pytest.approx(260, rel=0.4)
    assert predictor.informed(None) is other


def test_the_intervals_hold_what_they_promise_on_the_days_that_taught_them(
    trained: tuple[ArrivalModel, Trial], days: list[Day]
) -> None:
    predictor = ArrivalPredictor(trained[0], default_predictor(NETWORK))
    truth, inside = Truth(NETWORK, days[2]), []
    for known in moments_of(NETWORK, TABLE, days[2], 900.0):
        moment = known.moment
        runs = together(*(
            run(HEADWAY, dist_m=float(m), measured_at=float(t), first=int(f))
            for m, t, f in zip(moment.dist_m, moment.measured_at, moment.first_position, strict=True)
        ))  # fmt: skip
        runs = replace(runs, vehicle_id=moment.vehicle_id)
        found = predictor.informed(known.traffic).predict(NETWORK, runs, moment.now)
        row = NETWORK.patterns.stop_ptr[HEADWAY] + found.position
        instants, _ = truth.next(moment, found.ptr.astype(np.int64), row.astype(np.int64))
        good = np.isfinite(instants)
        inside += ((found.p10_at <= instants) & (instants <= found.p90_at))[good].tolist()
    assert 0.6 < np.mean(inside) < 0.95 and len(inside) > 100


def test_a_model_comes_back_from_disk_the_same(
    trained: tuple[ArrivalModel, Trial], tmp_path: Path, days: list[Day]
) -> None:
    model = trained[0]
    save_model(tmp_path / "m", model, {"created_from": ["x"]})
    again = load_model(tmp_path / "m")
    known = traffic_at(days[0], days[0].zero_at + 9 * 3600)
    moment = known.moment
    runs = run(HEADWAY, dist_m=700.0, measured_at=moment.now, first=2)
    found = [
        ArrivalPredictor(each, default_predictor(NETWORK)).informed(known.traffic).predict(NETWORK, runs, moment.now)
        for each in (model, again)
    ]
    np.testing.assert_allclose(found[0].p50_at, found[1].p50_at, atol=0.01)  # tables are kept as float32


@pytest.mark.parametrize("harm", ["bytes", "format", "features", "missing", "foreign", "line", "tables"])
def test_a_harmed_model_is_refused(trained: tuple[ArrivalModel, Trial], tmp_path: Path, harm: str) -> None:
    folder = save_model(tmp_path / "m", trained[0], {})
    manifest = json.loads((folder / MANIFEST).read_text())
    if harm == "bytes":
        (folder / MEDIANS[0]).write_bytes((folder / MEDIANS[0]).read_bytes() + b"x")
    elif harm == "missing":
        (folder / MEDIANS[0]).unlink()
    elif harm in ("foreign", "line", "tables"):
        name, data = MEDIANS[0], skops_io.dumps(LinearRegression() if harm == "line" else Path("nowhere"))
        if harm == "tables":
            tables = dict(np.load(folder / TABLES))
            made = io.BytesIO()
            np.savez(made, **tables | {"usual_seconds": tables["usual_seconds"][:, :1]})
            name, data = TABLES, made.getvalue()
        (folder / name).write_bytes(data)
        manifest["sha256"][name] = hashlib.sha256(data).hexdigest()
        (folder / MANIFEST).write_text(json.dumps(manifest))
    else:
        manifest[harm] = "other"
        (folder / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(ArtefactUnusable, match=r"train anew|damaged|lacks"):
        load_model(folder)


def test_one_day_is_not_enough(days: list[Day]) -> None:
    with pytest.raises(OperatorError, match="two recorded days"):
        train(NETWORK, days[:1])


def test_days_of_two_kinds_are_enough(days: list[Day]) -> None:
    model, trial = train(NETWORK, [days[0], made_day(SATURDAY)], iterations=20)
    unknown = np.isnan(trial.rows.features).all(axis=0)
    assert unknown.any()  # no run of another day of its kind is known
    assert np.isfinite(model.scale.predict(trial.rows.features)).all()


def test_a_day_that_nobody_drove_is_told(days: list[Day]) -> None:
    none = Reached(*(getattr(days[0].true, name)[:0] for name in Reached.__slots__))
    empty = replace(days[0], true=none, live=none, sure=days[0].sure[:0])
    both = [days[1], empty]
    with pytest.raises(OperatorError, match="no bus under way"):
        rows_of_days(NETWORK, TABLE, both, [drives_of(NETWORK, TABLE, day) for day in both])
    with pytest.raises(OperatorError, match="replayed on this network"):
        train(NETWORK, [empty, empty])


def test_a_moment_after_midnight_is_of_the_evening_before(days: list[Day]) -> None:
    """As live. Mutation: seconds since the recording's own zero."""
    early = replace(
        days[0].seen,
        received_at=days[0].seen.received_at - 5.5 * 3_600,
        measured_at=days[0].seen.measured_at - 5.5 * 3_600,
    )
    known = next(iter(moments_of(NETWORK, TABLE, replace(days[0], seen=early), 600.0))).moment
    assert known.now < days[0].zero_at + 4 * 3_600
    assert (known.kind, known.service_s) == day_of(NETWORK, known.now) == (1, known.now - days[0].zero_at + 86_400)


def test_the_weekend_is_the_same_days_everywhere() -> None:
    """Mutation: the weekday of noon in UTC, which is the day before from thirteen hours ahead on."""
    assert [kind_of(date) for date in (20260216, 20260220, 20260221, 20260222)] == [0, 0, 1, 1]
    far = replace(NETWORK, timezone="Pacific/Auckland")
    monday_noon = service_day_zero_s(20260216, "Pacific/Auckland") + 43_200
    assert [day_of(far, monday_noon + 86_400 * day)[0] for day in range(7)] == [0, 0, 0, 0, 0, 1, 1]


def test_a_model_outlives_a_change_of_network(trained: tuple[ArrivalModel, Trial], days: list[Day]) -> None:
    predictor = ArrivalPredictor(trained[0], default_predictor(NETWORK))
    other = city("another")
    assert predictor.bind(other).served[HEADWAY] and not predictor.bind(other).served[TIMETABLE]
    assert len(predictor.watched(other, no_traffic(TABLE), days[0].live, _nothing(), 0.0).hop_at) == len(TABLE)


def _nothing():
    none = np.empty(0)
    return Sights(np.empty(0, dtype=object), np.empty(0, dtype=np.int64), none, none)


@pytest.mark.slow
def test_a_model_beats_none_once_and_itself_never(trained: tuple[ArrivalModel, Trial], days: list[Day]) -> None:
    model = trained[0]
    against_none = contest(NETWORK, days[1:], None, model)
    assert against_none.bins[-1].n == sum(each.n for each in against_none.bins[:-1]) > 0
    assert against_none.won and not against_none.bins[-2].n, "a short route has nothing half an hour ahead"
    assert against_none.bins[-1].gain_low < against_none.bins[-1].gain, "of one route, chance is drawn over its hours"
    itself = contest(NETWORK, days[1:], model, model)
    assert all(each.gain == 0.0 for each in itself.bins if each.n) and not itself.won
    slow = replace(model, usual=replace(model.usual, seconds=3 * model.usual.seconds))
    worse = contest(NETWORK, days[1:], model, slow)
    assert worse.bins[-1].gain < 0 and not worse.won


def test_a_promoted_model_is_taken_up_between_two_ticks_and_the_worse_one_is_not_promoted(
    trained: tuple[ArrivalModel, Trial], tmp_path: Path
) -> None:
    save_model(tmp_path / "made", trained[0], {})
    promoted, state = Promoted(tmp_path / "state"), ["--state", str(tmp_path / "state")]
    assert promoted.fresh(NETWORK) is None
    assert main(["promote", str(tmp_path / "made"), *state]) == 2, "nothing to judge it on"
    assert main(["promote", str(tmp_path / "made"), "--force", *state]) == 0
    made = promoted.fresh(NETWORK)
    assert isinstance(made, ArrivalPredictor) and promoted.fresh(NETWORK) is None
    assert main(["promote", "--previous", *state]) == 2
