"""A tiny GTFS feed to compile: every table as CSV lines, any of them replaced."""

import io
import zipfile
from pathlib import Path

from passinfo.gtfs.read import clean_tables
from passinfo.network.compile import Compiled, compile_network

LINES = {
    "agency": "agency_id,agency_name,agency_url,agency_timezone\nA,Tiny,https://example.org,Asia/Manila",
    "routes": "route_id,agency_id,route_short_name,route_long_name,route_type\nR1,A,1,One,3\nR2,A,2,Two,3",
    # about 1 km apart, eastward
    "stops": "stop_id,stop_name,stop_lat,stop_lon\n"
    + "\n".join(f"S{i},Stop {i},14.56,{121.05 + 0.00928 * i:.5f}" for i in range(5)),
    "trips": "route_id,service_id,trip_id,trip_headsign,direction_id,block_id\n"
    "R1,wk,T1,East,0,B1\nR1,wk,T2,West,1,B1\nR1,wk,T3,East,0,\nR2,wk,H1,East,0,",
    "stop_times": "trip_id,stop_id,stop_sequence,arrival_time,departure_time\n"
    + "\n".join(
        f"{trip},S{stop},{seq},{start + seq // 60:02d}:{seq % 60:02d}:00,{start + seq // 60:02d}:{seq % 60:02d}:00"
        for trip, start, stops in (
            ("T1", 8, (0, 1, 2, 3, 4)),
            ("T2", 9, (4, 3, 2, 1, 0)),
            ("T3", 25, (0, 1, 2, 3, 4)),
            ("H1", 0, (0, 1, 2, 3, 4)),
        )
        for seq, stop in ((5 * i, stop) for i, stop in enumerate(stops))
    ),
    "calendar": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "wk,1,1,1,1,1,0,0,20261101,20261231",
    "frequencies": "trip_id,start_time,end_time,headway_secs,exact_times\nH1,05:00:00,25:00:00,600,0",
}


def members(**replaced: str | None) -> dict[str, bytes]:
    """The feed's members; ``None`` leaves one out."""
    tables = {**LINES, **replaced}
    return {name: (text + "\n").encode() for name, text in tables.items() if text is not None}


def tiny(**replaced: str | None) -> Compiled:
    """The compiled tiny feed."""
    return compile_network(clean_tables(members(**replaced), Path("tiny.zip")))


def tiny_zip(path: Path, **replaced: str | None) -> Path:
    """The feed as a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members(**replaced).items():
            archive.writestr(f"{name}.txt", data)
    path.write_bytes(buffer.getvalue())
    return path
