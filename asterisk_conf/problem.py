"""What stops the work with Asterisk: one sentence that says what is wrong and what helps."""


class AsteriskProblem(Exception):
    """Something that the person at the terminal can understand and mend."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
