"""Customers and what we know of them: pure rules and the look-up of the screen pop."""
