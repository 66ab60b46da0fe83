"""The scoreboard: how good predictions were, and whose were better.

The truth are stop visits, found from positions received *after* a prediction, never what a feed says of itself. An
error is always **actual minus predicted**: positive, the bus came later than told; negative, whoever trusted it missed
the bus.

1. :mod:`.truth` takes stop visits and says which of them may judge: those whose instant the reports pin down.
2. :mod:`.keys` finds the visit each prediction speaks of: same (trip_id, start_date, start_time, stop_sequence); or,
   for headway service, the same vehicle on a run that overlaps in time.
3. :mod:`.pairs` makes the pairs, and tells what became of the predictions that have none. Methods are compared on
   *common* pairs only: same moment, same arrival.
4. :mod:`.scores` measures by horizon, with 95 % intervals by route and by trip (:mod:`.bootstrap`).
   *Own* bins go by the horizon as predicted; *neutral* bins by the mean horizon of named methods, so that all methods
   are judged on the same rows. Departures from first stops are to be scored apart (``Pairs.departure``).
5. :mod:`.availability` and :mod:`.steadiness` stand beside every error: who abstains, or changes his mind each
   minute, must not look good.

All of it is pure, takes columns and does not depend on the order of rows (of rows that say the same thing twice the
first counts). Limits: truth is good to about ± 10 s between reports 20 to 30 s apart; differences below that mean
nothing.
"""
