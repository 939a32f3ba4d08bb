"""What stops a command: one sentence that says what is wrong and what helps."""


class Problem(Exception):
    """Something that the person at the terminal can understand and mend; never a traceback."""

    def __init__(self, sentence: str, *, status: int = 1) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


def sentence_of(error: BaseException) -> str | None:
    """The sentence of a problem from any part of Ringdesk, or None for an error nobody foresaw.

    The parts below know nothing of this module: an exception of theirs that is meant for people has an
    attribute `sentence`.
    """
    sentence = getattr(error, "sentence", None)
    return sentence if isinstance(sentence, str) else None
