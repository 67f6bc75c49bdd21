"""What is said of a file that cannot be read."""

from django.utils.functional import Promise


class Unreadable(Exception):
    """The file cannot be read. `code` is for programs, `sentence` says what is wrong and how to mend it."""

    def __init__(self, code: str, sentence: str | Promise) -> None:
        super().__init__(code)
        self.code = code
        self._sentence = sentence

    @property
    def sentence(self) -> str:
        """The sentence in the reader's language."""
        return str(self._sentence)
