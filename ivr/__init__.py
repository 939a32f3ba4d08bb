"""Voice menus: a pure flow engine, a FastAGI server, the runner between them, and spoken prompts."""
