"""FastAGI on asyncio: framing, pyst2's command vocabulary over a transport of our own, and the server."""
