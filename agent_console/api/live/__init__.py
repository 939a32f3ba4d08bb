"""The door of the live connection."""
