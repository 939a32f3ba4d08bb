"""The OpenAPI document: every error is a problem, and the same code always gives the same text."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from agent_console.api.common.access import CSRF_HEADER
from agent_console.http.problems import MEDIA_TYPE, ProblemBody

TITLE = "Ringdesk"
SUMMARY = "The contact centre's console: calls, agents, queues, customers, recordings."
# Of the interface, not of the product: it changes when a client must.
VERSION = "1"

_CSRF = {
    "type": "apiKey",
    "in": "header",
    "name": CSRF_HEADER,
    "description": "The value `csrf` of GET /api/v1/session. The header Origin must name the console too.",
}
_PROBLEM = {
    "description": "Any error, as an RFC 9457 problem with a stable code.",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}},
}


def install(app: FastAPI) -> None:
    """Replace the framework's own descriptions of errors, which our handlers never give."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = document(app.routes)
        return app.openapi_schema

    # The framework's own documented way of giving an application another document.
    app.openapi = described  # type: ignore[method-assign]


def document(routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """The document of these routes."""
    made = get_openapi(title=TITLE, version=VERSION, summary=SUMMARY, routes=routes)
    for operations in made["paths"].values():
        for method, operation in operations.items():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = _PROBLEM
            if "security" in operation and method != "get":
                operation["security"] = [{"Session": [], "CsrfToken": []}]
    made["components"]["securitySchemes"]["CsrfToken"] = _CSRF
    schemas = made["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs", {})
    schemas["ProblemBody"] = problem
    return made
