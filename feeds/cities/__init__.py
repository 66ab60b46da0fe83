"""City folders that come with the checkout, by name."""

from __future__ import annotations

from pathlib import Path

from passinfo.bms.city_toml import CityFolderError


def find_city(name: str) -> Path:
    """Folder of a city: one under ``feeds/cities``, or the path of any folder with a ``city.toml``.

    Raises
    ------
    CityFolderError
        If there is neither.

    Examples
    --------
    >>> find_city("pasig").name
    'pasig'
    """
    own = Path(__file__).parent
    for folder in (own / name, Path(name)):
        if (folder / "city.toml").is_file():
            return folder
    known = ", ".join(sorted(path.parent.name for path in own.glob("*/city.toml")))
    raise CityFolderError(f"no city {name!r}: name one of {known}, or a folder with a city.toml")
