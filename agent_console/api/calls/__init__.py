"""Past calls: the history, and one call with everything that belongs to it."""
