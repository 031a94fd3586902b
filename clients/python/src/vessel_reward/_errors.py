from __future__ import annotations

from typing import Optional


class RewardError(RuntimeError):
    """A request was answered by an error.

    `code` says of what kind it is, as docs/serving.md lists them; `argument` names the field of the
    request that is wrong, if one is.
    """

    def __init__(self, code: str, message: str, argument: Optional[str] = None) -> None:
        where = "" if argument is None else f" [{argument}]"
        super().__init__(f"{message} ({code}){where}")
        self.code = code
        self.argument = argument

    def __reduce__(self) -> tuple:
        # An exception goes from a worker process to its parent by its arguments.
        return (_rebuilt, (self.args[0], self.code, self.argument))


def _rebuilt(text: str, code: str, argument: Optional[str]) -> RewardError:
    error = RewardError(code, "", argument)
    error.args = (text,)
    return error


class RewardProcessError(RuntimeError):
    """The process that computes rewards could not be started, or ended more than once."""
