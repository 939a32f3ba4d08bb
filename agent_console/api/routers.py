"""All routes, in the order of the OpenAPI document."""

from functools import cache

from fastapi import APIRouter

from agent_console.api.agents import routes as agents
from agent_console.api.call_control import routes as call_control
from agent_console.api.calls import routes as calls
from agent_console.api.customers import routes as customers
from agent_console.api.health import routes as health
from agent_console.api.live import routes as live
from agent_console.api.preferences import routes as preferences
from agent_console.api.queues import routes as queues
from agent_console.api.recordings import routes as recordings
from agent_console.api.refused_calls import routes as refused_calls
from agent_console.api.session import routes as session
from agent_console.api.wrap_up import routes as wrap_up
from agent_console.http.api_version import API

ROUTERS: tuple[APIRouter, ...] = (
    session.router,
    agents.router,
    call_control.router,
    calls.router,
    wrap_up.router,
    recordings.router,
    refused_calls.router,
    customers.router,
    queues.router,
    preferences.router,
    health.router,
    live.router,
)


@cache
def api_routes() -> APIRouter:
    """The API, made once: the routes keep nothing of the application that serves them."""
    api = APIRouter(prefix=API)
    for router in ROUTERS:
        api.include_router(router, generate_unique_id_function=lambda route: route.name)
    return api
