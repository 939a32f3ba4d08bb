"""Call control: what agents and supervisors ask, which may be refused with a reason."""
