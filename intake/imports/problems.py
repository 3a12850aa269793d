"""What is wrong with a file. No Django."""


class TableProblem(Exception):
    """A file that cannot be read as a table; the words for each code are in ``words``."""

    def __init__(self, code: str, *, row: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.row = row
