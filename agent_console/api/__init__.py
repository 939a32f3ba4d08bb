"""The REST interface, one router for each aggregate."""
