"""What the map says, by language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.displays.words import WORDS

_MORE: Mapping[str, Mapping[str, str]] = {
    "en": {
        "map": "Map",
        "search": "Search a stop",
        "found": "Stops found",
        "nothing": "No stop is called so",
        "all": "All routes",
        "routes": "Routes",
        "close": "Close",
        "bus": "Bus",
        "seen": "seen {n} s ago",
        "here": "Where I am",
        "lost": "No connection. Last heard {n} min ago.",
        "behind": "Buses were last heard {n} min ago.",
        "stop": "Stop",
        "buses": "{n} buses on the way",
        "zoom_in": "Closer",
        "zoom_out": "Farther",
        "display": "Large display",
        "ring": "Tell me 5 minutes before",
        "set": "We will tell you 5 minutes before",
        "refused": "The alarm could not be set",
    },
    "fil": {
        "map": "Mapa",
        "search": "Maghanap ng hintuan",
        "found": "Mga hintuang nahanap",
        "nothing": "Walang hintuang may ganitong pangalan",
        "all": "Lahat ng ruta",
        "routes": "Mga ruta",
        "close": "Isara",
        "bus": "Bus",
        "seen": "nakita {n} s ang nakalipas",
        "here": "Nasaan ako",
        "lost": "Walang koneksyon. Huling balita {n} min na ang nakalipas.",
        "behind": "Huling balita sa mga bus: {n} min na ang nakalipas.",
        "stop": "Hintuan",
        "buses": "{n} bus ang bumibiyahe",
        "zoom_in": "Palapitin",
        "zoom_out": "Palayuin",
        "display": "Malaking display",
        "ring": "Sabihan ako 5 minuto bago dumating",
        "set": "Sasabihan ka namin 5 minuto bago dumating",
        "refused": "Hindi naitakda ang alarma",
    },
    "ko": {
        "map": "지도",
        "search": "정류장 검색",
        "found": "찾은 정류장",
        "nothing": "그런 이름의 정류장이 없습니다",
        "all": "모든 노선",
        "routes": "노선",
        "close": "닫기",
        "bus": "버스",
        "seen": "{n}초 전 위치",
        "here": "내 위치",
        "lost": "연결이 없습니다. {n}분 전 정보입니다.",
        "behind": "버스 정보가 {n}분 전 것입니다.",
        "stop": "정류장",
        "buses": "운행 중인 버스 {n}대",
        "zoom_in": "확대",
        "zoom_out": "축소",
        "display": "큰 화면",
        "ring": "5분 전에 알려 주기",
        "set": "5분 전에 알려 드립니다",
        "refused": "알람을 설정할 수 없습니다",
    },
}
MAP_WORDS: Mapping[str, Mapping[str, Any]] = {language: {**WORDS[language], **more} for language, more in _MORE.items()}
