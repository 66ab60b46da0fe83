from feeds.networks import CityNetwork
from feeds.simulator.service import Service
from tests.unit.feeds.simulator.conftest import manila


def test_bands_of_the_evening_run_after_midnight(pasig: CityNetwork) -> None:
    service = Service(pasig.network)
    bands = service.bands_at(manila(25, 2))
    routes = {str(pasig.network.routes.route_id[pasig.network.patterns.route_ix[b.pattern_ix]]) for b in bands}
    assert routes == {"P1", "P2"}
    assert {band.headway_s for band in bands} == {1200.0}


def test_the_first_night_of_the_calendar_has_no_service_before_its_morning(pasig: CityNetwork) -> None:
    service = Service(pasig.network)
    assert service.bands_at(manila(16, 2)) == []
    assert service.next_start_at(manila(16, 2)) == manila(16, 4, 30)
    assert service.next_start_at(manila(16, 12)) == manila(16, 12)


def test_the_band_to_come_is_found_within_the_time_given(pasig: CityNetwork) -> None:
    service = Service(pasig.network)
    pattern = service.bands_at(manila(16, 5, 30))[0].pattern_ix
    assert service.band_of(pattern, manila(16, 3), 600.0) is None
    found = service.band_of(pattern, manila(16, 3), 2.5 * 3600)
    assert found is not None
    assert found.from_at > manila(16, 3)


def test_no_day_outside_the_calendar_is_invented(pasig: CityNetwork) -> None:
    assert Service(pasig.network).next_start_at(manila(23, 12) + 2 * 365 * 86_400) is None
