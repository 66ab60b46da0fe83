"""The network benchmark: what it measures, on made-up traces."""

import numpy as np

from benchmarks.network.ttc import TagMeasure, longest, measure, of_places, of_tags
from passinfo.network.learn.runs import cut_runs
from tests.unit.network.learn.town import ELL, Town, many


def test_a_line_that_runs_follow_is_usable():
    town = Town()
    many(town, ELL, "out", 5)
    traces = town.traces()
    runs = cut_runs(traces)
    good = measure("out", 0, longest(traces, 0), runs)
    bad = measure("out", 0, [(np.array([0.0, 0.0]), np.array([500.0, 5000.0]))], runs)
    assert good.usable and not bad.usable
    figure = of_tags("usable", "88 %", [good, bad], [bad, bad])
    assert figure.reached == 50 and figure.baseline == 0 and figure.met is False and len(figure.failures) == 1


def test_places_are_counted_whichever_tag_they_are_of():
    near, far = TagMeasure("a", np.full(30, 5.0), 1.0), TagMeasure("b", np.full(10, 90.0), 1.0)
    assert of_places("near", "96 %", [near, far], [far, far], 40).reached == 75
