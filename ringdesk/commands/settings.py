"""`ringdesk settings`: every setting with its default, as a reference."""


def settings() -> None:
    """List every setting: its name in var/ringdesk.toml, its default, what it does."""
    from rich.console import Console
    from rich.table import Table

    from ringdesk.settings.reference import described

    table = Table("Setting", "Default", "Meaning", box=None, pad_edge=False)
    for line in described():
        table.add_row(line.name, line.default, line.description)
    Console(soft_wrap=True).print(table)
