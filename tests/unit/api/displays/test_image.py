"""Images for e-paper: right letters, hard edges, the same bytes while nothing seen changes."""

import dataclasses
import io
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image, ImageFont

from api.displays.image import Panel, to_png
from api.displays.letters import FOLDER, fitted, width_of
from api.displays.words import WORDS
from api.freshness import Source
from tests.unit.api.conftest import NOW
from tests.unit.api.displays.test_displays import MINUTE, counter_at, sign

PANEL = Panel(800, 480, 1, "en", 5, clock=False, rotate=0)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(("depth", "bits"), [(1, 1), (4, 4), (8, 8)])
def test_the_image_has_the_depth_and_size_asked_for(client: FlaskClient, depth: int, bits: int) -> None:
    answer = client.get(f"/display/S4.png?w=400&h=300&depth={depth}")
    assert answer.mimetype == "image/png"
    assert answer.data[24] == bits  # bit depth of the IHDR chunk
    image = opened(answer.data)
    assert image.size == (400, 300)
    # hard edges: nothing between black and white
    assert {level for _, level in image.convert("L").getcolors() or ()} == {0, 255}


def test_a_turned_panel_is_the_same_picture_turned() -> None:
    upright = opened(to_png(sign(), dataclasses.replace(PANEL, width=480, height=800), "Asia/Manila"))
    turned = opened(to_png(sign(), dataclasses.replace(PANEL, rotate=90), "Asia/Manila"))
    assert turned.size == (800, 480)
    assert upright.rotate(90, expand=True).tobytes() == turned.tobytes()


def test_equal_signs_are_equal_bytes(state: Path) -> None:
    """Mutation: draw the clock always."""
    later = sign(at=MINUTE + 60)
    assert to_png(sign(), PANEL, "Asia/Manila") == to_png(later, PANEL, "Asia/Manila")
    timed = dataclasses.replace(PANEL, clock=True)
    assert to_png(sign(), timed, "Asia/Manila") != to_png(later, timed, "Asia/Manila")
    first = counter_at(state, NOW).get("/display/S4.png")
    again = counter_at(state, NOW + 2).get("/display/S4.png", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_what_is_seen_is_in_the_image() -> None:
    plain = to_png(sign(), PANEL, "Asia/Manila")
    (row,) = sign().rows
    for other in (
        sign(rows=(dataclasses.replace(row, minutes=4),)),
        sign(rows=(dataclasses.replace(row, last=False),)),
        sign(rows=(dataclasses.replace(row, crowd=0),)),
        sign(source=Source.LAST_KNOWN, age_min=4),
        sign(simulated=True),
        sign(rows=()),
        sign(name="Palengke"),
    ):
        assert to_png(other, PANEL, "Asia/Manila") != plain


def test_every_letter_we_say_is_in_a_font() -> None:
    latin, hangul = (ImageFont.truetype(str(FOLDER / f"passinfo-{script}.ttf"), 40) for script in ("latin", "hangul"))
    words = "".join(str(word) for said in WORDS.values() for word in said.values())
    for letter in {*words, *"ñÑáéíóúâêîôûÁÉÍÓÚ₱–…·", *"힣뷁쌰각여의도"} - {"\n"}:
        font = hangul if letter >= "\u1100" and not "\u1e00" <= letter < "\u2e80" else latin
        missing = font.getmask("\U000f0000")
        drawn = font.getmask(letter)
        assert letter == " " or (drawn.size, bytes(drawn)) != (missing.size, bytes(missing)), letter


def test_a_long_name_ends_in_dots() -> None:
    assert fitted("Plaza", 20, 500) == "Plaza"
    cut = fitted("여의도환승센터 Ayala Avenue", 20, 120)
    assert cut.endswith("…") and width_of(cut, 20) <= 120
    assert fitted("Plaza", 20, 3) == ""


@pytest.mark.parametrize("query", ["w=99", "h=100000", "depth=2", "rotate=45", "lang=EN"])
def test_odd_panels_are_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/display/S4.png?{query}").status_code == 400
