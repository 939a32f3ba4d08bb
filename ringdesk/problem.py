"""What stops a command: one sentence that says what is wrong and what helps."""

import errno

_MAKE_ROOM = "make room on that disk and try again"
_LET_IN = "give your user access to it, or choose another folder"
_CURES = {
    errno.ENOSPC: _MAKE_ROOM,
    errno.EDQUOT: _MAKE_ROOM,
    errno.EROFS: "choose a folder that can be written",
    errno.EACCES: _LET_IN,
    errno.EPERM: _LET_IN,
    errno.EMFILE: "allow more open files with: ulimit -n 4096",
}


class Problem(Exception):
    """Something that the person at the terminal can understand and mend; never a traceback."""

    def __init__(self, sentence: str, *, status: int = 1) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


def sentence_of(error: BaseException) -> str | None:
    """The sentence of a problem from any part of Ringdesk, or None for an error that nobody foresaw.

    The parts below know nothing of this module: an exception of theirs that is meant for people has an
    attribute `sentence`. What the operating system or the database refuses is not a fault of the program.
    For several errors at once it is the first one's sentence, unless one of them was not foreseen.
    """
    if isinstance(error, BaseExceptionGroup):
        sentences = [sentence_of(one) for one in error.exceptions]
        return None if None in sentences else sentences[0]
    sentence = getattr(error, "sentence", None)
    if isinstance(sentence, str):
        return sentence
    return _of_the_system(error) if isinstance(error, OSError) else _of_the_database(error)


def _of_the_system(error: OSError) -> str | None:
    what = error.strerror or str(error)
    if not what:
        return None
    name = error.filename.decode(errors="replace") if isinstance(error.filename, bytes) else error.filename
    cure = _CURES.get(error.errno or 0)
    return (f"{name}: " if name else "") + what[:1].lower() + what[1:] + (f"; {cure}" if cure else "")


def _of_the_database(error: BaseException) -> str | None:
    from sqlalchemy.exc import DBAPIError

    cause = error.orig if isinstance(error, DBAPIError) else error
    # When PostgreSQL refuses the connection, the driver's own error comes through; it carries this code.
    if cause is error and not isinstance(getattr(error, "sqlstate", None), str):
        return None
    lines = str(cause).strip().splitlines() or [type(cause).__name__]
    return f"the database cannot be used: {lines[0]}"
