"""The tables, one module for each aggregate; importing this package makes `Base.metadata` complete."""

from storage.tables.agent_work import AgentInterval, WrapUp
from storage.tables.audit import AuditEntry, AuditSeal
from storage.tables.base import Base
from storage.tables.calls import Call, CallEventRow, CallStep, Leg, Offer, RefusedCall, Stint
from storage.tables.customers import Contact, Customer, CustomerTag, Number
from storage.tables.figures import FigureSetting
from storage.tables.jobs import Job, JobSchedule, JobWorker
from storage.tables.office import OfficeVersion
from storage.tables.operations import Bookmark, DemoMark, Gap, Setting
from storage.tables.people import Agent, PastHolder, SignIn, User
from storage.tables.recordings import LOST, Recording, RecordingState
from storage.tables.routing import Hotline, Membership, Queue
from storage.tables.teams import Team, TeamLeader, TeamMember
from storage.tables.timeline import TimelineEntry

__all__ = [
    "LOST",
    "Agent",
    "AgentInterval",
    "AuditEntry",
    "AuditSeal",
    "Base",
    "Bookmark",
    "Call",
    "CallEventRow",
    "CallStep",
    "Contact",
    "Customer",
    "CustomerTag",
    "DemoMark",
    "FigureSetting",
    "Gap",
    "Hotline",
    "Job",
    "JobSchedule",
    "JobWorker",
    "Leg",
    "Membership",
    "Number",
    "Offer",
    "OfficeVersion",
    "PastHolder",
    "Queue",
    "Recording",
    "RecordingState",
    "RefusedCall",
    "Setting",
    "SignIn",
    "Stint",
    "Team",
    "TeamLeader",
    "TeamMember",
    "TimelineEntry",
    "User",
    "WrapUp",
]
