"""The pure part of the voice menus: documents, loader, checker and engine; no sockets, no clock."""
