"""Ten questions on Pasig, answered from the lists of stops, the headsigns and the headways of its city folder."""

from __future__ import annotations

import datetime as dt

from benchmarks.planner.questions import Question, Ride
from benchmarks.planner.raptor import Place

TUESDAY, WEDNESDAY = dt.date(2026, 11, 24), dt.date(2026, 11, 25)
SATURDAY, BONIFACIO_DAY = dt.date(2026, 11, 28), dt.date(2026, 11, 30)

MARIKINA = Place("Sumulong Highway, Marikina", 14.6358, 121.096)
RIZAL_STREET = Place("J. P. Rizal St, Marikina", 14.6213, 121.093)
HOSPITAL = Place("Rizal Medical Centre", 14.5646, 121.070)
MEDICAL_CITY = Place("The Medical City", 14.5891, 121.068)
TAYTAY = Place("Rosario Ocampo Elementary School, Taytay", 14.5634, 121.133)
TAYTAY_ORTIGAS = Place("Ortigas Avenue Extension, Taytay", 14.5816, 121.130)
SAN_JUAN = Place("N. Domingo, San Juan", 14.6068, 121.025)
PATEROS = Place("M. Almeda, Pateros", 14.5497, 121.073)
EDSA = Place("EDSA at United Street", 14.5793, 121.052)
MARKET = Place("Balderama, behind Pasig's market", 14.5590, 121.085)
RAYMUNDO = Place("C. Raymundo Avenue at Kalinangan", 14.5717, 121.083)
SIXTO_ANTONIO = Place("Dr Sixto Antonio Avenue at Kalinangan", 14.5723, 121.078)
TAGUIG = Place("Adia, Lower Bicutan, Taguig", 14.4841, 121.061)
SHAW_LAWSON = Place("Shaw Boulevard at Lawson, Mandaluyong", 14.5919, 121.031)
ANTIPOLO = Place("Antipolo church", 14.5870, 121.176)

P1_SOUTH, P1_NORTH = Ride(("P1",), ("Pateros",)), Ride(("P1",), ("Marikina",))
P6_NORTH = Ride(("P6",), ("Pasig",))
TO_EDSA = Ride(("P4", "P5", "P7"), ("Quiapo", "EDSA"))
ORTIGAS_WEST = Ride(("P2", "P3", "P8"), ("EDSA Shaw", "San Juan", "Mandaluyong"))
MERALCO_NORTH = Ride(("P2", "P8"), ("Taytay",))


def at(hour: int, minute: int = 0) -> int:
    """Seconds of the day."""
    return hour * 3600 + minute * 60


QUESTIONS = (
    # one jeepney line joins Marikina with Pasig's old town and Pateros
    Question(MARIKINA, HOSPITAL, TUESDAY, at(8), ((P1_SOUTH,),), 8),
    # from Taytay's centre only P2 goes west
    Question(TAYTAY, MEDICAL_CITY, TUESDAY, at(17), ((Ride(("P2",), ("EDSA Shaw",)),),), 7),
    # P3 along Ortigas Avenue, change at Dr Sixto Antonio Avenue
    Question(SAN_JUAN, PATEROS, SATURDAY, at(10), ((Ride(("P3",), ("San Juan, Taytay",)), P1_SOUTH),), 12 + 10),
    # P4 and P5 end or turn off before the market
    Question(EDSA, MARKET, TUESDAY, at(7, 30), ((Ride(("P7",), ("Pasig",)),),), 6),
    # the night buses belong to Tuesday's service
    Question(RIZAL_STREET, PATEROS, WEDNESDAY, at(2, 30), ((P1_SOUTH,),), 20),
    # no night bus near the market: P7 begins at half past four
    Question(MARKET, EDSA, WEDNESDAY, at(2, 30), ((Ride(("P7",), ("EDSA Shaw",)),),), 12, wait_min=120),
    # parallel streets, half a kilometre apart, no line between them
    Question(RAYMUNDO, SIXTO_ANTONIO, TUESDAY, at(12), ((),), 0),
    # P6 to the old town, then round by Rosario (P1) or by Shaw Boulevard
    Question(
        TAGUIG,
        MEDICAL_CITY,
        TUESDAY,
        at(6, 30),
        ((P6_NORTH, P1_NORTH, ORTIGAS_WEST), (P6_NORTH, TO_EDSA, MERALCO_NORTH)),
        8 + 8 + 9,
    ),
    # a Monday that runs as a Sunday
    Question(TAYTAY_ORTIGAS, SHAW_LAWSON, BONIFACIO_DAY, at(12), ((Ride(("P8",), ("Mandaluyong",)),),), 20),
    # the lines end four kilometres before Antipolo
    Question(ANTIPOLO, HOSPITAL, TUESDAY, at(9), (), 0),
)
