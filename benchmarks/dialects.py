"""Whether every dialect tells each arrival as ``/v1`` does, and SIRI's XML keeps to its schemas, on recorded cities."""

from __future__ import annotations

import datetime as dt
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask.testing import FlaskClient
from lxml import etree

from api.app import create_app
from api.dialects.siri.refs import from_ref
from benchmarks.result import Result
from benchmarks.tracking.cities import MAPPINGS, data
from feeds.predictors import predictor_of
from feeds.recorded import read_recorded
from feeds.replay import tick_rows
from passinfo.bms.presets import load_mapping
from passinfo.columns import take
from passinfo.network.network import Network
from passinfo.settings import CitySettings
from passinfo.step import begin, step
from passinfo.stores.networks import network_from_gtfs, save_network
from passinfo.stores.snapshots import FileSnapshots

NAME = "dialects"
SUMMARY = "answers of the dialects that differ from /v1 or break SIRI's schemas; asked: none (needs PASSINFO_DATA)"
TICK_S, SPAN_S = 30.0, 3_600.0
RUN = re.compile(r":\d{2,3}:\d\d:\d\d$")
"""The start that SIRI's name of a headway run ends with."""
NS = "{http://www.siri.org.uk/siri}"
WHOLE = {"wmata": 0.5, "kingston": 0.9}
"""Share of the recording at which it is asked: in the busy hours of each."""


def run() -> Result:
    """Both cities, all stops."""
    told: Counter[str] = Counter()
    schema = etree.XMLSchema(etree.parse(data() / "schemas" / "siri" / "siri.xsd"))
    os.environ["PASSINFO_QUOTA"] = "1000000000"
    for name, mapping in MAPPINGS.items():
        with tempfile.TemporaryDirectory() as folder:
            network, now = publish(data() / name, mapping, Path(folder), WHOLE[name])
            app = create_app(Path(folder), clock=lambda now=now: now + 1)  # type: ignore[misc]  # bound, not asked for
            told += ask(app.test_client(), network, schema)
            app.extensions["passinfo-quota"].close()
    wrong = ("oba differs", "siri differs", "seoul differs", "siri violations")
    return Result(
        figure=float(sum(told[each] for each in wrong)),
        unit="differences and violations",
        n=told["arrivals"],
        of=f"arrivals of {len(MAPPINGS)} cities, each in three dialects; {told['documents']} SIRI documents",
        baseline=None,
        baseline_of="the same arrivals in /v1",
        reference="asked: 0",
        details={each: float(told[each]) for each in (*wrong, "arrivals", "documents", "stops")},
    )


def publish(folder: Path, mapping: str, state: Path, share: float) -> tuple[Network, float]:
    """The state directory of a recorded city at a moment of its day."""
    network = network_from_gtfs(folder / "gtfs.zip")
    reports = read_recorded(folder / "vehicle_positions.csv", load_mapping(mapping), None, None).reports
    world = begin(network, CitySettings(), predictor_of(network, None))
    ticks = list(tick_rows(reports, TICK_S, world.settings.max_report_age_s))
    last = int(len(ticks) * share)
    for now, rows in ticks[max(last - int(SPAN_S / TICK_S), 0) : last]:
        world, result = step(world, take(reports, rows), now)
    save_network(network, state / "networks")
    FileSnapshots(state / "snapshots").publish(result.snapshot, {})
    return network, now


def ask(client: FlaskClient, network: Network, schema: etree.XMLSchema) -> Counter[str]:
    """Every stop in every dialect."""
    told: Counter[str] = Counter()
    agency = client.get("/api/where/agencies-with-coverage.json").get_json()["data"]["list"][0]["agencyId"]
    for path in ("vehicle-monitoring.xml?VehicleMonitoringDetailLevel=calls", "stoppoints-discovery.xml"):
        told += _valid(schema, etree.fromstring(client.get(f"/siri-lite/{path}").data))
    for stop_id, code in zip(network.stops.stop_id.tolist(), network.stops.code.tolist(), strict=True):
        name, ars = quote(str(stop_id), safe=""), quote(str(code or stop_id), safe="")
        arrivals = client.get(f"/v1/stops/{name}/arrivals?limit=500").get_json()["arrivals"]
        ours = {
            (each["trip_id"], each["start_time"], each["stop_sequence"]): each
            for each in arrivals
            if each["trip_id"] and each["basis"] in ("TRACKED", "LAST_KNOWN") and each["relationship"] != "SKIPPED"
        }
        told["stops"] += 1
        told["arrivals"] += len(ours)
        where = f"/api/where/arrivals-and-departures-for-stop/{agency}_{name}.json?minutesBefore=1&minutesAfter=90"
        body = client.get(where).get_json()
        rows = body["data"]["entry"]["arrivalsAndDepartures"]
        theirs = Counter(
            (row["tripId"].split("_", 1)[1], row["predictedArrivalTime"] // 1000)
            for row in rows
            # what has passed is told by OneBusAway alone; what leaves in this second has not
            if row["predicted"]
            and (row["numberOfStopsAway"] >= 0 or row["predictedArrivalTime"] >= body["currentTime"])
        )
        told["oba differs"] += _difference(_expected(ours.values()), theirs)
        document = etree.fromstring(client.get(f"/siri-lite/stop-monitoring.xml?MonitoringRef={name}").data)
        told += _valid(schema, document)
        told["siri differs"] += _difference(_expected(ours.values()), Counter(_monitored(document)))
        told["seoul differs"] += _unknown_to_v1(client, ars, arrivals)
    return told


def _expected(ours: Any) -> Counter[tuple[str, int]]:
    """Trip and instant of arrival, at a first stop of departure."""
    return Counter((each["trip_id"], _epoch(each["arrival_at"] or each["departure_at"])) for each in ours)


def _monitored(document: etree._Element) -> Iterator[tuple[str, int]]:
    for journey in document.iter(f"{NS}MonitoredVehicleJourney"):
        trip = journey.findtext(f"{NS}FramedVehicleJourneyRef/{NS}DatedVehicleJourneyRef")
        call = journey.find(f"{NS}MonitoredCall")
        if trip is None or call is None or journey.findtext(f"{NS}Monitored") != "true":
            continue
        at = call.findtext(f"{NS}ExpectedArrivalTime") or call.findtext(f"{NS}ExpectedDepartureTime")
        if at is not None:
            yield from_ref(RUN.sub("", trip)), _epoch(at)


def _unknown_to_v1(client: FlaskClient, name: str, arrivals: list[Any]) -> int:
    """Buses that Seoul's names tell otherwise than ``/v1``."""
    made_at = client.get("/v1/routes").get_json()["meta"]["made_at"]
    known = {
        (each["vehicle"]["vehicle_id"], max(_epoch(each["p50_at"]) - _epoch(made_at), 0))
        for each in arrivals
        if each["vehicle"]
    }
    body = client.get(f"/api/rest/stationinfo/getStationByUid?arsId={name}&resultType=json").get_json()
    rows = body["msgBody"]["itemList"] or []
    told = {(row[f"vehId{k}"], int(row[f"traTime{k}"])) for row in rows for k in "12" if row[f"vehId{k}"] != "0"}
    return sum(all(vehicle != v or abs(left - t) > 1 for v, t in known) for vehicle, left in told)


def _valid(schema: etree.XMLSchema, document: etree._Element) -> Counter[str]:
    valid = schema.validate(document)
    return Counter({"documents": 1, "siri violations": 0 if valid else len(schema.error_log)})


def _difference(one: Counter[Any], other: Counter[Any]) -> int:
    return (one - other).total() + (other - one).total()


def _epoch(instant: str) -> int:
    return round(dt.datetime.fromisoformat(instant).timestamp())
