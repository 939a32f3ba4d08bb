"""Sign-in: passwords, sessions, roles, and what keeps strangers and foreign pages out."""
