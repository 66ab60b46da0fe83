"""The blueprint of ``/api/rest`` and the frame of its answers: XML, or JSON where ``resultType=json`` asks for it."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

import orjson
from apiflask import APIBlueprint
from flask import Response, request

from api.answers import made_answer
from api.board import View
from api.dialects.trees import Node, to_xml

bp = APIBlueprint("seoul", __name__, url_prefix="/api/rest", enable_openapi=False)

Item = dict[str, str]
XML, JSON = "application/xml", "application/json"


class Code(Enum):
    """``headerCd`` with its message."""

    DONE = ("0", "정상적으로 처리되었습니다.")
    SYSTEM = ("1", "시스템 오류가 발생하였습니다.")
    QUERY = ("2", "잘못된 쿼리 요청입니다. 쿼리 변수가 정확한지 확인하세요.")
    NO_STOP = ("3", "정류소를 찾을 수 없습니다.")
    NO_RESULT = ("4", "결과가 없습니다.")
    NOT_LIVE = ("6", "실시간 정보를 읽을 수 없습니다. 잠시 후 다시 시도하세요.")


def is_json() -> bool:
    """Whether JSON is asked for."""
    return request.args.get("resultType", "").lower() == "json"


def listed(shown: View, build: Callable[[], list[Item]]) -> Response:
    """The items of an answer; without any, the code says so."""

    def body() -> bytes:
        items = build()
        return rendered(Code.DONE if items else Code.NO_RESULT, items)

    return made_answer(shown, body, JSON if is_json() else XML)


def rendered(code: Code, items: list[Item]) -> bytes:
    """An answer in the form that was asked for. Values are texts in both, as theirs are."""
    number, words = code.value
    if is_json():
        blank = {"errMsg": None, "responseTime": None, "requestMsgID": None, "responseMsgID": None}
        return orjson.dumps(
            {
                "comMsgHeader": blank | {"successYN": None, "returnCode": None},
                "msgHeader": {"headerMsg": words, "headerCd": number, "itemCount": len(items)},
                "msgBody": {"itemList": items or None},
            }
        )
    header: list[Node] = [("headerCd", number), ("headerMsg", words), ("itemCount", len(items))]
    told: list[Node] = [("itemList", list(item.items())) for item in items]
    return to_xml("ServiceResult", [("comMsgHeader", ""), ("msgHeader", header), ("msgBody", told)])
