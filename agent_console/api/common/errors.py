"""Which error becomes which problem: whatever goes wrong in a route is answered as one."""

from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from agent_console.auth.throttle import TooManyAttempts
from agent_console.http.problems import InvalidField, Problem, problem_response
from cti.control.commands import Refused
from storage.away import AWAY
from storage.limits import TookTooLong

log = structlog.get_logger(__name__)

_HTTP_CODES = {
    HTTPStatus.BAD_REQUEST: "bad_request",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: "bad_range",
}


def install(app: FastAPI) -> None:
    """Make every error of the application a problem."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(Refused, _on_refused)
    app.add_exception_handler(TooManyAttempts, _on_too_many)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(TookTooLong, _on_too_long)
    for kind in AWAY:
        app.add_exception_handler(kind, _on_storage_away)


async def _on_problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return problem_response(problem.status, problem.code, problem.detail, headers=problem.headers)


async def _on_refused(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Refused)
    return problem_response(409, problem.code, problem.detail)


async def _on_too_many(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, TooManyAttempts)
    seconds = str(problem.retry_after_s)
    detail = f"This was tried too often; wait {seconds} seconds."
    return problem_response(429, "too_many_attempts", detail, headers={"Retry-After": seconds})


async def _on_invalid(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, RequestValidationError)
    fields = [
        InvalidField(where=".".join(map(str, e["loc"]))[:200], code=e["type"], detail=str(e["msg"])[:200])
        for e in problem.errors()[:20]
    ]
    detail = "The request is not of the form that this address takes."
    return problem_response(422, "invalid_request", detail, fields=fields)


async def _on_http(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    code = _HTTP_CODES.get(HTTPStatus(problem.status_code), f"http_{problem.status_code}")
    return problem_response(problem.status_code, code, str(problem.detail), headers=problem.headers)


async def _on_storage_away(request: Request, problem: Exception) -> Response:
    log.warning("storage_away", path=request.url.path, problem=type(problem).__name__)
    detail = "The database does not answer; calls go on. Try again in a moment."
    return problem_response(503, "storage_away", detail, headers={"Retry-After": "5"})


async def _on_too_long(request: Request, problem: Exception) -> Response:
    log.warning("took_too_long", path=request.url.path)
    detail = "This takes the database too long; ask for less, such as fewer days."
    return problem_response(503, "took_too_long", detail, headers={"Retry-After": "5"})
