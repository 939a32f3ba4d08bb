"""Recordings of conversations, for those who may hear them."""
