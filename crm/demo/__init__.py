"""Demo data: a firm to try Ringdesk with, marked row by row so that it can be taken away again."""

from crm.demo.load import load_demo
from crm.demo.office import DEMO_LOGINS
from crm.demo.remove import DemoRemoval, remove_demo

__all__ = ["DEMO_LOGINS", "DemoRemoval", "load_demo", "remove_demo"]
