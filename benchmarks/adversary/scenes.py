"""The situations that break trackers. Each builds one town and its buses; nothing here knows how tracking works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from benchmarks.adversary.scene import ALL, Scene, street
from benchmarks.adversary.town import Line, Run

Teller = Callable[[Scene], None]


def loop(scene: Scene) -> None:
    """A closed loop, its first stop is its last; two rounds with a break between."""
    rng, town = scene.rng, scene.town
    a, b = rng.uniform(1_000, 2_200, 2)
    ring = [(0, 0), (a, 0), (a, b), (0, b), (0, 0)]
    line = town.line("R", 0, ring)
    runs = _departures(scene, line, 4, 1.2)
    bus = scene.bus(scene.start_s - 200)
    bus.go((0, 0))
    for run in runs[:2]:
        bus.until(run.start_s + scene.late())
        bus.drive(run)
    bus.stand(120)
    scene.say(scene.tell(bus))


def out_and_back(scene: Scene) -> None:
    """One trip out and home again on the same road, around a block at the far end."""
    rng, town = scene.rng, scene.town
    way = street(rng, 3_500)
    x, y = way[-1]
    block = float(rng.uniform(150, 400))
    far = [(x + block, y), (x + block, y + block), (x, y + block), (x, y)]
    line = town.line("R", 0, [*way, *far, *way[-2::-1]])
    bus = scene.bus(scene.start_s - 100)
    bus.go((0, 0))
    for run in _departures(scene, line, 3, 1.3)[:2]:
        bus.until(run.start_s + scene.late())
        bus.drive(run)
    scene.say(scene.tell(bus))


def stop_twice(scene: Scene) -> None:
    """A lollipop: out on a trunk, around a ring, and on through the ring's first stop."""
    rng, town = scene.rng, scene.town
    a, b = rng.uniform(600, 1_200, 2)
    way = [(0, 0), (2_000, 0), (2_000, a), (2_000 + b, a), (2_000 + b, 0), (2_000, 0), (2_000, -1_500)]
    line = town.line("R", 0, [(float(x), float(y)) for x, y in way], stops="shared")
    back = town.line("R", 1, [(float(x), float(y)) for x, y in way[::-1]], stops="shared")
    there = _departures(scene, line, 3, 2.4)
    home = [town.run(back, run.end_s + 300) for run in there]
    bus = scene.bus(scene.start_s - 100)
    bus.go((0, 0))
    for run in (there[0], home[0], there[1]):
        bus.until(run.start_s + scene.late())
        bus.drive(run)
    scene.say(scene.tell(bus))


def swapped(scene: Scene) -> None:
    """At the terminal another bus takes over; the first one stays parked there."""
    town = scene.town
    there, home = _both_ways(scene, 5_000)
    out = [town.run(there, scene.start_s + 1_800 * i, f"b{i}") for i in range(3)]
    back = [town.run(home, run.end_s + 400, f"b{i}") for i, run in enumerate(out)]
    first, second = scene.bus(scene.start_s - 100), scene.bus(out[0].end_s - 300)
    first.go((there.x_m[0], there.y_m[0]))
    first.until(out[0].start_s + scene.late())
    first.drive(out[0])
    first.stand(2_400)
    second.go((there.x_m[-1] + 25.0, there.y_m[-1] + 10.0))
    second.until(back[0].start_s + scene.late())
    second.drive(back[0])
    second.stand(100)
    scene.say(scene.tell(first, second))


def wrong_login(scene: Scene) -> None:
    """The device is logged in to the trip of the other direction, or of an hour later."""
    town = scene.town
    there, home = _both_ways(scene, 6_000)
    out = [town.run(there, scene.start_s + 1_200 * i) for i in range(5)]
    back = [town.run(home, scene.start_s + 1_200 * i) for i in range(5)]
    bus = scene.bus(scene.start_s - 100)
    bus.go((there.x_m[0], there.y_m[0]))
    bus.until(out[0].start_s + scene.late())
    bus.drive(out[0])
    wrong = back[0] if scene.rng.random() < 0.5 else out[3]
    scene.hints = ALL
    scene.say(scene.tell(bus), trip_id=wrong.trip_id)


def stale_login(scene: Scene) -> None:
    """The driver logs in once and drives there and back: on the way home the trip said is the one that is over."""
    town = scene.town
    there, home = _both_ways(scene, 5_000)
    out = [town.run(there, scene.start_s + 1_500 * i) for i in range(3)]
    back = [town.run(home, run.end_s + 420) for run in out]
    bus = scene.bus(scene.start_s - 100)
    bus.go((there.x_m[0], there.y_m[0]))
    for run in (out[0], back[0]):
        bus.until(run.start_s + scene.late())
        bus.drive(run)
    scene.hints = ALL
    scene.say(scene.tell(bus), trip_id=out[0].trip_id)


def block_changes_vehicle(scene: Scene) -> None:
    """In the middle of a block the bus goes home and another one comes from the depot."""
    town = scene.town
    there, home = _both_ways(scene, 5_000)
    out = [town.run(there, scene.start_s + 1_500 * i, f"b{i}") for i in range(3)]
    back = [town.run(home, run.end_s + 500, f"b{i}") for i, run in enumerate(out)]
    depot = (there.x_m[-1] + 2_500.0, there.y_m[-1] - 1_500.0)
    first, second = scene.bus(scene.start_s - 100), scene.bus(back[0].start_s - 700)
    first.go((there.x_m[0], there.y_m[0]))
    first.until(out[0].start_s + scene.late())
    first.drive(out[0])
    first.go(depot)
    first.stand(1_500)
    second.go(depot)
    second.stand(200)
    second.go((there.x_m[-1], there.y_m[-1]))
    second.until(back[0].start_s + scene.late())
    second.drive(back[0])
    scene.say(scene.tell(first, second))


def far_away(scene: Scene) -> None:
    """Ten kilometres off the network, then into service."""
    town = scene.town
    line = town.line("R", 0, street(scene.rng, 6_000))
    runs = _departures(scene, line, 4, 0.5)
    bus = scene.bus(runs[1].start_s - 2_400)
    bus.go((-8_000.0, -6_000.0))
    bus.stand(600)
    bus.go((0.0, 0.0))
    bus.until(runs[1].start_s + scene.late())
    bus.drive(runs[1])
    bus.go((line.x_m[-1] + 5_000.0, line.y_m[-1] + 1_000.0))
    scene.say(scene.tell(bus))


def gap(scene: Scene) -> None:
    """Fifteen minutes without a report in the middle of a trip."""
    line = scene.town.line("R", 0, street(scene.rng, 12_000))
    run = _departures(scene, line, 4, 0.6)[1]
    bus = scene.bus(run.start_s - 100)
    bus.go((0.0, 0.0))
    bus.until(run.start_s + scene.late())
    bus.drive(run, to_m=3_000)
    bus.silent(900)
    bus.drive(run, from_m=3_000)
    scene.say(scene.tell(bus))


def teleports(scene: Scene) -> None:
    """One fix in twelve lies up to six kilometres off, some of them on other roads of the network."""
    there, home = _both_ways(scene, 7_000)
    scene.town.line("S", 0, [(-3_000.0, 1_000.0), (3_000.0, 1_000.0), (7_000.0, 4_000.0)])
    _departures(scene, scene.town.lines[-1], 4, 0.7)
    out = _departures(scene, there, 4, 0.7)
    _departures(scene, home, 4, 0.7)
    bus = scene.bus(out[1].start_s - 100)
    bus.go((there.x_m[0], there.y_m[0]))
    bus.until(out[1].start_s + scene.late())
    bus.drive(out[1])
    scene.say(scene.tell(bus, jumps=1 / 12))


def detour(scene: Scene) -> None:
    """A street is closed: three buses go around it, some hundred metres aside, and come back to their line."""
    rng, town = scene.rng, scene.town
    line = town.line("R", 0, [(0.0, 0.0), (7_000.0, 0.0)])
    runs = _departures(scene, line, 4, 0.4)
    left, joined, aside = 2_000.0, float(rng.uniform(2_800, 4_000)), float(rng.uniform(250, 700))
    for run in runs[:3]:
        bus = scene.bus(run.start_s - 60)
        bus.go((0.0, 0.0))
        bus.until(run.start_s + scene.late())
        bus.drive(run, around=(left, joined, [(left, aside), (joined, aside)]))
        scene.say(scene.tell(bus))


def five_on_one(scene: Scene) -> None:
    """Five buses on one headway trip; in every second town the devices name its template."""
    there, home = _both_ways(scene, 5_000)
    out, back = scene.town.headway(there, 420), scene.town.headway(home, 420)
    told = []
    for number in range(5):
        bus = scene.bus(scene.start_s + 420 * number - 60)
        bus.go((there.x_m[0], there.y_m[0]))
        bus.stand(60 + scene.late())
        bus.drive(_instance(out))
        bus.stand(scene.rng.uniform(120, 400))
        bus.drive(_instance(back))
        told += scene.tell(bus)
    named = bool(scene.rng.random() < 0.5)
    scene.hints = ALL if named else scene.hints
    for each in told:
        trips = np.array([each.bus.runs[max(run, 0)].trip_id for run in each.run.tolist()], dtype=object)
        scene.say([each], trip_id=trips if named else None)


def cold_start(scene: Scene) -> None:
    """First heard of in the middle of its trip, where a second route crosses and a third shares the road."""
    rng, town = scene.rng, scene.town
    there, home = _both_ways(scene, 8_000)
    x, y = (float(each[0]) for each in there.at(np.array([4_500.0])))
    town.line("S", 0, [(x - 3_000, y - 3_000), (x, y), (x + 3_000, y + 3_000)])
    for line in (*town.lines[2:], home):
        _departures(scene, line, 4, 0.5)
    run = _departures(scene, there, 4, 0.5)[1]
    scene.asks_trip = False  # it may be late on this one or early on the next
    place = float(rng.uniform(1_500, 4_000))
    bus = scene.bus(run.start_s + place / 7.0 + rng.uniform(0, 60))
    bus.drive(run, from_m=place)
    scene.say(scene.tell(bus))


def branches(scene: Scene) -> None:
    """Two headway routes on one road, which then part."""
    town = scene.town
    trunk = [(0.0, 0.0), (3_000.0, 0.0)]
    north = town.line("N", 0, [*trunk, (3_000.0, 3_000.0)], stops="shared")
    south = town.line("S", 0, [*trunk, (3_000.0, -3_000.0)], stops="shared")
    each = [scene.town.headway(north, 600), scene.town.headway(south, 600)]
    for number in range(4):
        run = each[int(scene.rng.integers(2))]
        bus = scene.bus(scene.start_s + 300 * number)
        bus.go((0.0, 0.0))
        bus.stand(60)
        mine = _instance(run)
        bus.drive(mine, to_m=3_100, asked=False)
        bus.drive(mine, from_m=3_100)
        scene.say(scene.tell(bus))


def drift(scene: Scene) -> None:
    """It breaks down for twenty minutes amid its trip while its receiver wanders; then it drives on."""
    there, home = _both_ways(scene, 6_000)
    out = _departures(scene, there, 3, 1.6)
    _departures(scene, home, 3, 1.6)
    bus = scene.bus(out[0].start_s - 100)
    bus.go((there.x_m[0], there.y_m[0]))
    bus.until(out[0].start_s + scene.late())
    place = float(scene.rng.uniform(1_500, 4_500))
    bus.drive(out[0], to_m=place)
    bus.stand(1_200, drift_m=float(scene.rng.uniform(8, 25)), asked=True)
    bus.drive(out[0], from_m=place)
    scene.say(scene.tell(bus))


def _both_ways(scene: Scene, length_m: float) -> tuple[Line, Line]:
    """A route and its way back on the same road."""
    way = street(scene.rng, length_m)
    return scene.town.line("R", 0, way), scene.town.line("R", 1, way[::-1])


def _departures(scene: Scene, line: Line, count: int, apart: float) -> list[Run]:
    """Trips of a timetable, ``apart`` running times after each other (at least ten minutes)."""
    every = max(60 * round(apart * float(line.planned_s()[-1]) / 60), 600)
    return [scene.town.run(line, scene.start_s + every * number) for number in range(count)]


def _instance(template: Run) -> Run:
    """One bus's run of a headway trip: an object of its own."""
    return replace(template)


SCENES: dict[str, Teller] = {
    "loop": loop,
    "out and back": out_and_back,
    "stop served twice": stop_twice,
    "swapped vehicle": swapped,
    "wrong login": wrong_login,
    "stale login": stale_login,
    "block changes vehicle": block_changes_vehicle,
    "10 km off": far_away,
    "15-min gap": gap,
    "teleports": teleports,
    "detour": detour,
    "five on one headway trip": five_on_one,
    "cold start mid-route": cold_start,
    "shared road branches": branches,
    "standing drift": drift,
}
