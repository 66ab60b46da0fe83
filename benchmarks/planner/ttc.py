"""Ten questions on Toronto, answered from the map of the routes that were recorded (no subway, 70 routes).

Headways are what such routes usually have: 15 to 30 minutes by day, 30 by night. Names of terminals may be those of
the stop before the station's bays.
"""

from __future__ import annotations

import datetime as dt

from benchmarks.planner.pasig import at
from benchmarks.planner.questions import Question, Ride
from benchmarks.planner.raptor import Place

SUNDAY, TUESDAY, WEDNESDAY = dt.date(2016, 12, 18), dt.date(2016, 12, 13), dt.date(2016, 12, 14)

BROADVIEW = Place("Broadview Station", 43.6769, -79.3585)
MAIN_STREET = Place("Main Street Station", 43.6891, -79.3016)
OLD_MILL = Place("Old Mill Station", 43.6502, -79.4951)
SHERWAY = Place("Sherway Gardens", 43.6100, -79.5584)
PAPE = Place("Pape Station", 43.6799, -79.3446)
THORNCLIFFE = Place("65 Thorncliffe Park Drive", 43.7036, -79.3412)
KENNEDY = Place("Kennedy Station", 43.7325, -79.2633)
PARKVIEW_HILL = Place("Parkview Hill Crescent at Aspen Avenue", 43.7036, -79.3283)
LAWRENCE = Place("Lawrence Station", 43.7251, -79.4024)
SUNNYBROOK = Place("Sunnybrook Hospital", 43.7218, -79.3769)
YONGE_FINCH = Place("Yonge Street and Finch Avenue", 43.7798, -79.4148)
JANE_FINCH = Place("Jane Street and Finch Avenue", 43.7573, -79.5187)
JANE_BLOOR = Place("Jane Street and Bloor Street", 43.6499, -79.4845)
AIRPORT = Place("Pearson Airport, Terminal 3", 43.6859, -79.6202)
WILSON = Place("Wilson Station", 43.7343, -79.4507)
PROMENADE = Place("Promenade Mall, east entrance", 43.8076, -79.4502)
AVENUE_LAWRENCE = Place("Avenue Road and Lawrence Avenue", 43.7219, -79.4156)
OSGOODE = Place("University Avenue and Queen Street", 43.6510, -79.3870)

QUESTIONS = (
    Question(BROADVIEW, MAIN_STREET, TUESDAY, at(8), ((Ride(("62",), ("Main St",)),),), 20),
    # Prince Edward Drive to the Queensway, then west; either branch of 66 meets 80
    Question(
        OLD_MILL,
        SHERWAY,
        WEDNESDAY,
        at(10),
        ((Ride(("66",), ("Humber Loop", "Marine Parade")), Ride(("80",), ("Sherway",))),),
        15 + 30,
    ),
    Question(PAPE, THORNCLIFFE, SUNDAY, at(15), ((Ride(("81",), ("Thorncliffe",)),),), 15),
    # by Danforth, Mortimer and Woodbine
    Question(
        KENNEDY,
        PARKVIEW_HILL,
        TUESDAY,
        at(16),
        ((Ride(("113",), ("Main St",)), Ride(("62",), ("Broadview",)), Ride(("93",), ("Parkview",))),),
        20 + 20 + 30,
    ),
    Question(LAWRENCE, SUNNYBROOK, WEDNESDAY, at(9), ((Ride(("124",), ("Hospital", "Sunnybrook")),),), 20),
    # the night buses belong to Tuesday's service
    Question(YONGE_FINCH, JANE_FINCH, WEDNESDAY, at(2, 30), ((Ride(("336",), ("Humberwood", "Woodbine")),),), 30),
    # both the Eglinton and the Lawrence night bus go to the airport
    Question(
        JANE_BLOOR,
        AIRPORT,
        WEDNESDAY,
        at(2, 30),
        ((Ride(("335",), ("York U",)), Ride(("332", "352"), ("Airport",))),),
        30 + 30,
    ),
    Question(WILSON, PROMENADE, TUESDAY, at(10), ((Ride(("160",), ("Promenade", "Bathurst", "Clark")),),), 30),
    # the express into town runs in the morning
    Question(
        AVENUE_LAWRENCE,
        OSGOODE,
        TUESDAY,
        at(7, 30),
        ((Ride(("142",), ("Church", "Queen", "Adelaide", "University")),),),
        20,
    ),
    # and not on Sundays: without the subway there is no way
    Question(AVENUE_LAWRENCE, OSGOODE, SUNDAY, at(15), (), 0),
)
