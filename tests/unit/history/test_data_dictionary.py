"""The data dictionary names every column. To write it anew: python -m tests.unit.history.test_data_dictionary"""

import re
from pathlib import Path

import pytest

from passinfo.bms.reports import Reports
from passinfo.history.dictionary import dictionary_table
from passinfo.prediction.protocol import Predictions
from passinfo.tracking.columns import Matches, Visits
from passinfo.tracking.detours import OffRoutes

DOCUMENT = Path(__file__).parents[3] / "docs" / "data-dictionary.md"
CLASSES = (Reports, Matches, OffRoutes, Visits, Predictions)


def section(text: str, name: str) -> re.Match[str]:
    found = re.search(rf"<!-- columns of {name} -->\n(.*?)\n<!-- end -->", text, re.DOTALL)
    assert found, f"docs/data-dictionary.md has no section of {name}"
    return found


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_column_is_documented(cls):
    assert section(DOCUMENT.read_text(encoding="utf-8"), cls.__name__)[1] == dictionary_table(cls)


if __name__ == "__main__":
    document = DOCUMENT.read_text(encoding="utf-8")
    for each in CLASSES:
        found = section(document, each.__name__)
        document = document[: found.start(1)] + dictionary_table(each) + document[found.end(1) :]
    DOCUMENT.write_text(document, encoding="utf-8")
