"""The demo's office: its users, queues and hotlines."""

from dataclasses import dataclass

from office.rules.people import Role


@dataclass(frozen=True, slots=True)
class DemoUser:
    """Someone who works in the demo; without `extension` there is no phone."""

    login: str
    name: str
    name_en: str
    role: Role
    extension: str | None
    queues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoQueue:
    """A queue of the demo; durations in seconds."""

    name: str
    title_zh: str
    title_en: str
    overflow_queue: str | None = None
    wrap_up_seconds: int = 60
    max_wait_seconds: int = 300
    weight: int = 0


@dataclass(frozen=True, slots=True)
class DemoHotline:
    """A number to call in the demo."""

    number: str
    name: str
    language: str


USERS = (
    DemoUser("lina", "李娜", "Li Na", Role.AGENT, "1001", ("service", "sales", "complaints")),
    DemoUser("wangwei", "王伟", "Wang Wei", Role.AGENT, "1002", ("service", "sales")),
    DemoUser("zhaomin", "赵敏", "Zhao Min", Role.SUPERVISOR, "1003", ("complaints",)),
    DemoUser("admin", "管理员", "Administrator", Role.ADMIN, None, ()),
)
DEMO_LOGINS = tuple(user.login for user in USERS)

QUEUES = (
    DemoQueue("service", "客户服务", "Customer service"),
    DemoQueue("sales", "销售", "Sales", overflow_queue="service"),
    DemoQueue("complaints", "投诉", "Complaints", overflow_queue="service", wrap_up_seconds=90, weight=10),
)

HOTLINES = (
    DemoHotline("4001", "客户服务热线", "zh"),
    DemoHotline("4002", "Customer service hotline", "en"),
)
FLOW = "service"
FALLBACK_QUEUE = "service"
