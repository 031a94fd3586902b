"""Rewards for completions in which a model has written a mask, in the form that each framework wants.

Nothing of a framework is imported before it is needed: import the module of yours.
"""

from ._completion_reward import CompletionReward

__all__ = ["CompletionReward"]
