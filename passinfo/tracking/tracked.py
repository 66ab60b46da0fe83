"""What tracking hands to prediction and publishing: every vehicle known at a tick, as columns.

The table is the seam between "where is every bus" and "what do we tell people": nothing downstream looks into the
tracking state itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from passinfo.columns import Bools, Floats, Ints, Texts


@dataclass(frozen=True, slots=True)
class Tracked:
    """One row per vehicle, sorted by vehicle_id. The fields of the last accepted report, then what tracking found."""

    vehicle_id: Texts
    observed_at: Floats
    received_at: Floats
    lat_deg: Floats
    lon_deg: Floats
    speed_mps: Floats
    heading_deg: Floats
    odometer_m: Floats
    occupancy: Texts
    """GTFS-Realtime OccupancyStatus name or None."""
    occupancy_percent: Ints
    """In tens, -1 unknown."""
    flagged: Bools
    """True: a fleet list exists and this vehicle is not in it."""
    phase: Ints
    """PhaseCode."""
    route_ix: Ints
    """-1 unless sure."""
    direction_id: Ints
    pattern_ix: Ints
    """-1 unless sure (of several same-road variants: the most likely one)."""
    dist_m: Floats
    measured_at: Floats
    """When the bus was last seen on its run; before ``observed_at`` where it is told on though lost from sight."""
    offset_m: Floats
    next_position: Ints
    """0-based position in the pattern of the next stop not yet departed from; number of stops when all are passed."""
    at_stop: Bools
    """True: standing within reach of the stop at ``next_position``."""
    trip_ix: Ints
    """-1 if abstained, or if the instance is of an added trip (see ``trip_id``)."""
    trip_id: Texts
    """Trip of the instance, also an added one; None if abstained."""
    start_date: Ints
    start_service_s: Ints
    confidence: Floats
    ahead_trip_ix: Ints
    """The next run already known (layover: the run about to begin, then the fields above hold none), else -1."""
    ahead_pattern_ix: Ints
    ahead_start_date: Ints
    ahead_start_service_s: Ints
    ahead_departs_at: Floats
    """Planned or expected departure of the next run."""
    passed_ptr: Ints
    """n + 1 offsets into the flat lists below: stops of the current run already visited, by position."""
    passed_position: Ints
    passed_arrived_at: Floats
    passed_departed_at: Floats
