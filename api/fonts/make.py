"""``python -m api.fonts.make``: remakes the fonts that images of displays are drawn with, from Debian's packages.

Needs ``apt install fonts-noto-core fonts-nanum`` and ``pip install fonttools``. Latin with its accents comes from Noto
Sans Bold, Hangul from NanumGothic Bold; both under the SIL Open Font License, which lets parts be passed on under
another name than the reserved ones. Hints are kept: at one bit a pixel they are what makes small letters crisp.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
DEBIAN = Path("/usr/share/fonts/truetype")
LATIN = "U+0020-007E,U+00A0-024F,U+1E00-1EFF,U+2010-2027,U+2030-203A,U+20A0-20BF,U+2190-2193,U+2212"
HANGUL = "U+1100-11FF,U+3000-3011,U+3131-318E,U+AC00-D7A3,U+FF01-FF5E"
PARTS = (
    (DEBIAN / "noto" / "NotoSans-Bold.ttf", LATIN, "passinfo-latin.ttf", "Passinfo Sign Latin"),
    (DEBIAN / "nanum" / "NanumGothicBold.ttf", HANGUL, "passinfo-hangul.ttf", "Passinfo Sign Hangul"),
)
NAMED = (1, 3, 4, 6, 16, 18, 21)
"""Records of the name table that say how the font is called."""


def main() -> int:
    """Write both fonts beside this file; the exit code."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    for source, unicodes, name, called in PARTS:
        if not source.is_file():
            sys.stderr.write(f"fonts: {source} is missing: apt install fonts-noto-core fonts-nanum\n")
            return 2
        font = TTFont(source)
        options = subset.Options(
            hinting=True, layout_features=["kern", "mark", "ccmp"], name_IDs=[0, 1, 2, 3, 4, 5, 6, 13]
        )
        cut = subset.Subsetter(options)
        cut.populate(unicodes=subset.parse_unicodes(unicodes))
        cut.subset(font)
        for record in font["name"].names:
            if record.nameID in NAMED:
                record.string = called.replace(" ", "") if record.nameID == 6 else called
        font.save(HERE / name)
        print(f"{name}: {(HERE / name).stat().st_size:,} bytes, {len(font.getBestCmap()):,} letters")
    return 0


if __name__ == "__main__":
    sys.exit(main())
