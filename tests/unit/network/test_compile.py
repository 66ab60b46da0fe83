import numpy as np

from passinfo.rejections import Reason
from tests.unit.builders_feed import LINES, tiny


def test_trips_with_the_same_stops_share_a_pattern() -> None:
    network = tiny().network
    assert len(network.patterns.pattern_id) == 3
    t1, t3 = network.trip_rows["T1"], network.trip_rows["T3"]
    assert network.trips.pattern_ix[t1] == network.trips.pattern_ix[t3]
    assert network.trips.profile_ix[t1] == network.trips.profile_ix[t3]
    assert network.trips.start_service_s[t3] == 25 * 3600


def test_stop_sequence_is_never_renumbered() -> None:
    network = tiny().network
    pattern = int(network.trips.pattern_ix[network.trip_rows["T2"]])
    assert list(network.patterns.stop_sequence[network.pattern_stops(pattern)]) == [0, 5, 10, 15, 20]


def test_headway_service_stays_a_band() -> None:
    network = tiny().network
    assert network.trips.is_headway[network.trip_rows["H1"]]
    assert not network.trips.is_headway[network.trip_rows["T1"]]
    assert (network.headways.headway_s[0], network.headways.end_service_s[0]) == (600, 90_000)


def test_exact_frequencies_are_no_headway_service() -> None:
    network = tiny(frequencies=LINES["frequencies"].replace("600,0", "600,1")).network
    row = network.trip_rows["H1"]
    assert network.trips.is_exact_frequency[row]
    assert not network.trips.is_headway[row]


def test_without_shapes_lines_go_stop_to_stop_and_a_note_says_so() -> None:
    network = tiny().network
    assert not network.patterns.shape_known.any()
    assert any("stop to stop" in note for note in network.notes)
    assert abs(network.pattern_length_m(0) - 4_000) < 20


def test_a_left_out_time_lies_between_its_neighbours_by_distance() -> None:
    text = LINES["stop_times"].replace("T1,S2,10,08:10:00,08:10:00", "T1,S2,10,,")
    network = tiny(stop_times=text).network
    arrival, departure = network.trip_times(network.trip_rows["T1"])
    assert abs(int(arrival[2]) - 600) <= 1
    assert arrival[2] == departure[2]


def test_a_shape_that_runs_elsewhere_is_not_used() -> None:
    trips = LINES["trips"].replace("block_id", "block_id,shape_id").replace("B1\nR1,wk,T2", "B1,far\nR1,wk,T2")
    shapes = "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\nfar,10.0,121.0,1\nfar,10.1,121.1,2"
    network = tiny(trips=trips, shapes=shapes).network
    assert not network.patterns.shape_known.any()
    assert any("elsewhere" in note for note in network.notes)


def test_a_stop_that_does_not_exist_is_refused_and_the_rest_runs() -> None:
    compiled = tiny(stop_times=LINES["stop_times"].replace("T1,S2,", "T1,nowhere,"))
    assert (Reason.UNKNOWN_REFERENCE, "stop_id", "nowhere") in [
        (refused.reason, refused.field, refused.value) for refused in compiled.rejections
    ]
    network = compiled.network
    assert len(network.trips.trip_id) == 4
    pattern = int(network.trips.pattern_ix[network.trip_rows["T1"]])
    assert np.diff(network.patterns.stop_ptr)[pattern] == 4


def test_the_calendar_knows_which_days_run() -> None:
    network = tiny(calendar_dates="service_id,date,exception_type\nwk,20261123,2\nwk,20261128,1").network
    assert [bool(network.calendar.active_services(date)[0]) for date in (20261123, 20261124, 20261128, 20270105)] == [
        False,
        True,
        True,
        False,
    ]
