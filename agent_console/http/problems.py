"""Errors as RFC 9457 problems: a stable code for the console to translate, a sentence for people."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

MEDIA_TYPE = "application/problem+json"


class InvalidField(BaseModel):
    """Where a request is wrong, and in which way. The value itself is not repeated."""

    where: str
    code: str
    detail: str


class ProblemBody(BaseModel):
    """RFC 9457 problem details. `code` never changes its meaning; `detail` is for people."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    fields: list[InvalidField] | None = Field(default=None, description="Only for code invalid_request.")


class Problem(Exception):
    """Answers the request with this error."""

    def __init__(
        self, status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = headers


def problem_response(
    status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    """The answer that carries a problem."""
    body = ProblemBody(title=HTTPStatus(status).phrase, status=status, code=code, detail=detail, **more)
    return JSONResponse(
        body.model_dump(exclude_none=True), status, headers=dict(headers or {}), media_type=MEDIA_TYPE
    )
