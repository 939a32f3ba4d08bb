"""The columns of the CEL file, in the order in which Asterisk writes them."""

# (name, expression in cel_custom.conf)
_COLUMNS: tuple[tuple[str, str], ...] = (
    ("eventtype", "${eventtype}"),
    ("eventtime", "${eventtime}"),
    ("uniqueid", "${CHANNEL(uniqueid)}"),
    ("linkedid", "${CHANNEL(linkedid)}"),
    ("accountcode", "${CHANNEL(accountcode)}"),
    ("channame", "${CHANNEL(channame)}"),
    ("context", "${CHANNEL(context)}"),
    ("exten", "${CHANNEL(exten)}"),
    ("appname", "${CHANNEL(appname)}"),
    ("appdata", "${CHANNEL(appdata)}"),
    ("cidnum", "${CALLERID(num)}"),
    ("cidname", "${CALLERID(name)}"),
    ("ciddnid", "${CALLERID(dnid)}"),
    ("peeraccount", "${CHANNEL(peeraccount)}"),
    ("userfield", "${CHANNEL(userfield)}"),
    ("userdeftype", "${userdeftype}"),
    ("eventextra", "${eventextra}"),
    ("peer", "${BRIDGEPEER}"),
)

CEL_COLUMNS: tuple[str, ...] = tuple(name for name, _ in _COLUMNS)


def cel_mapping() -> str:
    """The right side of the mapping in cel_custom.conf."""
    return ",".join(f"${{CSV_QUOTE({expression})}}" for _, expression in _COLUMNS)
