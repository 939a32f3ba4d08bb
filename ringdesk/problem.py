"""What stops a command: one sentence that says what is wrong and what helps."""


class Problem(Exception):
    """Something that the person at the terminal can understand and mend; never a traceback."""

    def __init__(self, sentence: str, *, status: int = 1) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
