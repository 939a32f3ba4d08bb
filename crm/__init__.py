"""Customers and what we know of them: pure rules and the use cases of the screen pop and the demo data."""
