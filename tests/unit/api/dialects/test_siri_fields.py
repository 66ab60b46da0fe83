"""What docs/dialects.md says of SIRI's fields is what the schema has and what the answers hold."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from lxml import etree

from tests.conftest import DATA
from tests.unit.api.dialects.documented import listed
from tests.unit.api.dialects.test_siri import NS, xml

ELEMENTS = ("MonitoredVehicleJourney", "MonitoredCall")
XSD = "{http://www.w3.org/2001/XMLSchema}"


class Schema:
    """Names of the elements that a type may hold."""

    def __init__(self) -> None:
        self.named: dict[tuple[str, str], etree._Element] = {}
        for path in (DATA / "schemas" / "siri").rglob("*.xsd"):
            for each in etree.parse(path).getroot():
                if isinstance(each.tag, str) and each.get("name"):
                    self.named.setdefault((each.tag.removeprefix(XSD), each.get("name", "")), each)

    def names(self, node: etree._Element) -> Iterator[str]:
        for each in node:
            kind = each.tag.removeprefix(XSD) if isinstance(each.tag, str) else ""
            if kind == "element":
                yield (each.get("name") or each.get("ref", "")).split(":")[-1]
            elif kind == "group":
                yield from self.names(self.named["group", each.get("ref", "").split(":")[-1]])
            elif kind in ("sequence", "choice", "complexContent", "extension"):
                base = self.named.get(("complexType", each.get("base", "").split(":")[-1]))
                if base is not None:
                    yield from self.names(base)
                yield from self.names(each)


def test_what_is_told_is_listed_as_filled(client: FlaskClient) -> None:
    filled = listed("fields of siri")
    for question in (
        "stop-monitoring.xml?MonitoringRef=S0&StartTime=2026-11-28T01:40:00Z",
        "stop-monitoring.xml?MonitoringRef=S3&StopMonitoringDetailLevel=calls",
        "vehicle-monitoring.xml",
    ):
        root = xml(client, question)
        for element in ELEMENTS:
            for each in root.iterfind(f".//s:{element}", NS):
                told = {etree.QName(child).localname for child in each}
                assert told <= filled[element], (element, told - filled[element])


@pytest.mark.realdata
@pytest.mark.parametrize("element", ELEMENTS)
def test_every_field_of_the_schema_is_listed_once(element: str) -> None:
    schema = Schema()
    known = set(schema.names(schema.named["complexType", f"{element}Structure"]))
    filled, absent = listed("fields of siri")[element], listed("absent in siri")[element]
    assert not filled & absent
    assert filled | absent | {"Extensions"} == known | {"Extensions"}
