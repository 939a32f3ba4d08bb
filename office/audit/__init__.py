"""The audit: who did what, and what came of it, sealed so that nobody can change it unseen."""

from office.audit.trail import Act, Actor, AuditTrail, Result, Verdict, Via, failure

__all__ = ["Act", "Actor", "AuditTrail", "Result", "Verdict", "Via", "failure"]
