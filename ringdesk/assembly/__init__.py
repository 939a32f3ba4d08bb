"""The service put together: its parts, what all of them need, and who runs them."""
