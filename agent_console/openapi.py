"""The OpenAPI document: every error is a problem, and the same code always gives the same text."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from agent_console.problems import MEDIA_TYPE, ProblemBody

_REFERENCE = {"$ref": "#/components/schemas/ProblemBody"}
_PROBLEM = {
    "description": "Any error, as an RFC 9457 problem with a stable code.",
    "content": {MEDIA_TYPE: {"schema": _REFERENCE}},
}


def install(app: FastAPI) -> None:
    """Replace the framework's own descriptions of errors, which our handlers never give."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_problems(
                get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
            )
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _with_problems(document: dict[str, Any]) -> dict[str, Any]:
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = _PROBLEM
    schemas = document["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs", {})
    schemas["ProblemBody"] = problem
    return document
