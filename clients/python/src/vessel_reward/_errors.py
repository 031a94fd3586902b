from __future__ import annotations

from typing import Optional


class RewardError(RuntimeError):
    """A request was answered by an error.

    `code` says of what kind it is, as docs/serving.md lists them; `argument` names the field of the
    request that is wrong, if one is; `reason` is the message without the two.
    """

    def __init__(self, code: str, message: str, argument: Optional[str] = None) -> None:
        where = "" if argument is None else f" [{argument}]"
        super().__init__(f"{message} ({code}){where}")
        self.code = code
        self.reason = message
        self.argument = argument

    def __reduce__(self) -> tuple:
        # An exception goes from a worker process to its parent by its arguments.
        return (RewardError, (self.code, self.reason, self.argument))


class RewardProcessError(RuntimeError):
    """What computes rewards gave no answer.

    A process could not be started, or ended more than once; a server cannot be reached, or is not
    `vessel-reward serve`.
    """
