"""Long proofs on real parts: minutes each, run by `scripts/test long`; results are in docs/proofs.md."""

from tests.support.telephony.fixtures import lab

__all__ = ["lab"]
