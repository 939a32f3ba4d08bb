"""The agent's own state and day, and a supervisor's help."""
