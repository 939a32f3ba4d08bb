"""After-call work on one's own conversations."""
