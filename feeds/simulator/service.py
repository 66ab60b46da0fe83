"""Which service runs when: headway bands and timetable runs of the network, as instants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from passinfo.network.network import Network
from passinfo.times import service_date_of, service_day_zero_s, shift_date


@dataclass(frozen=True, slots=True)
class Band:
    """A bus every ``headway_s`` on a pattern within [``from_at``, ``to_at``); ``trip_ix`` has its running times."""

    pattern_ix: int
    trip_ix: int
    from_at: float
    to_at: float
    headway_s: float


@dataclass(frozen=True, slots=True)
class TimetableRun:
    """A run with a promised start."""

    trip_ix: int
    start_at: float
    end_at: float
    block_id: str


class Service:
    """The service of a network by service day; days are read when asked for and the last few are kept."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.bands_of = lru_cache(maxsize=8)(self._bands_of)

    def bands_at(self, instant: float) -> list[Band]:
        """The headway bands in force at an instant."""
        return [
            band
            for of_day in self._near(instant)
            for bands in of_day.values()
            for band in bands
            if band.from_at <= instant < band.to_at
        ]

    def band_of(self, pattern_ix: int, instant: float, within_s: float) -> Band | None:
        """The band in force on a pattern, or the first to come into force ``within_s`` from then."""
        coming = [
            band
            for of_day in self._near(instant)
            for band in of_day.get(pattern_ix, ())
            if band.to_at > instant and band.from_at <= instant + within_s
        ]
        return min(coming, key=lambda band: band.from_at, default=None)

    def next_start_at(self, instant: float) -> float | None:
        """When service next begins, at most a week ahead; the instant itself if a bus is due now."""
        if self.bands_at(instant):
            return instant
        date = shift_date(service_date_of(instant, self.network.timezone), -1)
        for day in range(9):
            of_day = shift_date(date, day)
            starts = [
                band.from_at for bands in self.bands_of(of_day).values() for band in bands if band.to_at > instant
            ]
            runs = self.runs_of(of_day)
            if any(run.start_at <= instant < run.end_at for run in runs):
                return instant
            starts += [run.start_at for run in runs if run.start_at > instant]
            if starts:
                return max(min(starts), instant)
        return None

    def runs_of(self, date: int) -> list[TimetableRun]:
        """Timetable runs of a service day, by start; ``exact_times=1`` headways are timetables too."""
        network, trips = self.network, self.network.trips
        zero = service_day_zero_s(date, network.timezone)
        runs_today = network.calendar.active_services(date)[trips.service_ix]
        found = [
            self._run(int(trip), zero + float(trips.start_service_s[trip]))
            for trip in np.flatnonzero(runs_today & ~trips.is_headway & ~trips.is_exact_frequency)
        ]
        bands = network.headways
        for row in np.flatnonzero(runs_today[bands.trip_ix] & bands.exact):
            starts = range(int(bands.start_service_s[row]), int(bands.end_service_s[row]), int(bands.headway_s[row]))
            found.extend(self._run(int(bands.trip_ix[row]), zero + start) for start in starts)
        return sorted(found, key=lambda run: (run.start_at, run.trip_ix))

    def _run(self, trip_ix: int, start_at: float) -> TimetableRun:
        arrival_s, _ = self.network.trip_times(trip_ix)
        block = self.network.trips.block_id[trip_ix] or ""
        return TimetableRun(trip_ix, start_at, start_at + float(arrival_s[-1]), block)

    def _near(self, instant: float) -> Iterator[dict[int, list[Band]]]:
        date = service_date_of(instant, self.network.timezone)
        for days in (-1, 0, 1):
            yield self.bands_of(shift_date(date, days))

    def _bands_of(self, date: int) -> dict[int, list[Band]]:
        network, bands = self.network, self.network.headways
        zero = service_day_zero_s(date, network.timezone)
        active = network.calendar.active_services(date)[network.trips.service_ix[bands.trip_ix]]
        found: dict[int, list[Band]] = {}
        for row in np.flatnonzero(active & ~bands.exact):
            trip = int(bands.trip_ix[row])
            pattern = int(network.trips.pattern_ix[trip])
            start, end = zero + float(bands.start_service_s[row]), zero + float(bands.end_service_s[row])
            found.setdefault(pattern, []).append(Band(pattern, trip, start, end, float(bands.headway_s[row])))
        return found
