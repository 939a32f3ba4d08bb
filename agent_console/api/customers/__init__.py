"""Customers and who belongs to them."""
