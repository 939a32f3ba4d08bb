"""The firm: users, roles, queues and hotlines, and the audit of what is done in it."""
