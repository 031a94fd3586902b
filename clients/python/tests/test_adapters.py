"""The adapters without the frameworks; proofs/ runs the frameworks themselves."""

import json
import logging
import os
import pickle
import subprocess
import sys
import types

import numpy
import pytest

from vessel_reward import Reward, RewardError
from vessel_reward.adapters import CompletionReward, _completion_reward
from vessel_reward.adapters.areal import reward_function as areal_function
from vessel_reward.adapters.ms_swift import orm
from vessel_reward.adapters.openrlhf import reward_function as openrlhf_function
from vessel_reward.adapters.trl import vessel_reward
from vessel_reward.adapters.verl import compute_score

needs_command = pytest.mark.skipif(
    not os.environ.get("VESSEL_REWARD_COMMAND"),
    reason="VESSEL_REWARD_COMMAND does not say how to start the program",
)

TRUTH = {"size": [2, 3], "counts": "132"}
LABEL = json.dumps(TRUTH)
EMPTY = '{"counts": [6]}'
WORST = -4.9


@pytest.fixture(scope="module")
def expected():
    """What the reward says itself: of the truth, and of an empty mask."""
    with Reward() as reward:
        return reward.score_group([TRUTH, {"size": [2, 3], "counts": [6]}], TRUTH)


@pytest.fixture(autouse=True)
def not_told(monkeypatch):
    monkeypatch.setattr(_completion_reward, "_told", type(_completion_reward._told)())


def stand_in_for_torch(monkeypatch):
    class Tensor(numpy.ndarray):
        def clamp(self, low, high):
            return self.clip(low, high)

    torch = types.ModuleType("torch")
    torch.tensor = lambda values: numpy.array(values).view(Tensor)
    monkeypatch.setitem(sys.modules, "torch", torch)


@needs_command
class TestAdapters:
    def test_completions_are_scored_as_the_reward_does(self, expected):
        completions = [LABEL, EMPTY, "132", "no mask.", '{"counts": "9"}', '{"size": [1, 1], "counts": "1"}']
        scores = CompletionReward().scores(completions, [LABEL] * 6)
        assert scores.rewards == [expected[0], expected[1], expected[0], WORST, WORST, WORST]
        assert scores.valid == [1, 1, 1, 0, 0, 0]
        assert scores.problems[3] == "expected a mask in the completion, found none"
        assert "size of the truth" in scores.problems[5]
        assert all(set(terms) == set(scores.terms[0]) for terms in scores.terms)

    def test_chats_and_fields_of_view(self, expected):
        chat = [
            {"role": "user", "content": '{"counts": [6]}'},
            {"role": "assistant", "content": [{"type": "text", "text": "It is"}, {"type": "text", "text": "132"}]},
        ]
        label = {"truth": TRUTH, "within": [[1, 1, 0], [1, 1, 0]]}
        everything_else = '{"counts": "132", "size": [2, 3]}'
        scores = CompletionReward().scores([chat, everything_else], [TRUTH, label])
        assert scores.rewards == [expected[0], 6]
        with pytest.raises(TypeError, match="text or messages"):
            CompletionReward().scores([[3]], [LABEL])

    def test_what_holds_no_mask_is_said_once(self, caplog):
        with caplog.at_level(logging.DEBUG, "vessel_reward"):
            for _ in range(3):
                CompletionReward().scores(["no mask.", "132"], [LABEL] * 2)
        assert [one.levelname for one in caplog.records] == ["WARNING", "DEBUG", "DEBUG"]
        assert "1 of 2 completions hold no mask" in caplog.text
        assert "-4.9" in caplog.text

    def test_a_wrong_label_is_an_error(self):
        for label in ('{"size": [2, 3], "counts": "9"}', '{"counts": "1"}', "[[2, 3]]", "132"):
            with pytest.raises((RewardError, ValueError), match="truth"):
                CompletionReward().scores(["132"], [label])
        with pytest.raises(ValueError, match="1 truths for 2 completions"):
            CompletionReward().scores(["132", "132"], [LABEL])

    def test_trl(self, expected):
        logged = {}
        function = vessel_reward("design", name="vessels")
        rewards = function(
            prompts=["?"] * 3,
            completions=["132", "none.", EMPTY],
            completion_ids=[[1], [2], [3]],
            truth=[LABEL] * 3,
            trainer_state=object(),
            log_metric=logged.__setitem__,
            log_extra=logged.__setitem__,
        )
        assert rewards == [expected[0], WORST, expected[1]]
        assert {type(reward) for reward in rewards} == {float}
        assert function.__name__ == "vessels"
        assert logged["vessels/valid"] == [1, 0, 1]
        assert sum(logged[f"vessels/{term}"] for term in ("dice", "recall", "topology", "length")) == pytest.approx(
            sum(rewards) / 3
        )
        assert vessel_reward(truth="mask")(completions=["132"], mask=[LABEL]) == [expected[0]]

    def test_verl(self, expected):
        good = compute_score("vessels", "132", LABEL, {"num_turns": 1}, reward_router_address="x")
        assert good["score"] == expected[0]
        assert good["valid"] == 1
        bad = compute_score("vessels", "none.", LABEL, reward="design")
        assert (bad["score"], bad["valid"]) == (WORST, 0)
        assert list(bad) == list(good)
        assert all(isinstance(value, (int, float)) for value in (*good.values(), *bad.values()))
        with Reward("robust") as robust:
            worst = robust.explain(TRUTH, TRUTH)
        assert compute_score("vessels", "132", LABEL, reward={"preset": "robust"})["score"] == worst["total"]
        with pytest.raises(TypeError, match="colour"):
            compute_score("vessels", "132", LABEL, colour="red")

    def test_ms_swift(self, expected, monkeypatch):
        class ORM:
            def __init__(self, args=None, **_):
                self.args = args

        module = types.ModuleType("swift.rewards")
        module.ORM = ORM
        monkeypatch.setitem(sys.modules, "swift", types.ModuleType("swift"))
        monkeypatch.setitem(sys.modules, "swift.rewards", module)
        made = orm("design", truth="mask")
        assert issubclass(made, ORM)
        reward = made(args="args")
        assert reward.args == "args"
        assert reward(["132", "none."], mask=[LABEL] * 2, trainer_state=None) == [expected[0], WORST]

    def test_openrlhf(self, expected, monkeypatch):
        stand_in_for_torch(monkeypatch)
        function = openrlhf_function("design")
        prompts = ['Like {"counts": [6]}'] * 2
        answer = function([f"{prompts[0]} 132", f"{prompts[0]} none."], prompts, [LABEL] * 2)
        assert answer["rewards"].tolist() == [expected[0], WORST]
        assert answer["scores"].tolist() == [1, 0]
        assert answer["extra_logs"]["valid"].tolist() == [1, 0]
        assert set(answer["extra_logs"]) == {"dice", "recall", "topology", "length", "valid"}

    def test_areal(self, expected):
        function = areal_function("design", truth="mask", metrics=["hd95"])
        assert function("?", "132", [1], [2], mask=LABEL, other=1) == expected[0]
        # As a pool of processes gets it, with each call: no other program is started.
        started = len(_completion_reward._rewards)
        for _ in range(3):
            again = pickle.loads(pickle.dumps(function))
            assert again("?", "none.", [1], [2], mask=LABEL) == WORST
        assert len(_completion_reward._rewards) == started


def test_a_column_that_is_not_there():
    for call in (
        lambda: vessel_reward()(prompts=[], completions=["132"], other=[1]),
        lambda: areal_function()("?", "132", [1], [2], other=1),
    ):
        with pytest.raises(ValueError, match="expected the column 'truth' in the .*, got .*other"):
            call()


def test_wrong_options_are_errors_at_once():
    with pytest.raises(TypeError, match="no on_unparsable"):
        CompletionReward(on_unparsable="error")
    with pytest.raises(ValueError, match="expected url"):
        vessel_reward(url="ftp://127.0.0.1")
    with pytest.raises(TypeError, match="colour"):
        areal_function(colour="red")


def test_no_framework_is_imported():
    code = """
import sys
import vessel_reward.adapters.areal, vessel_reward.adapters.ms_swift, vessel_reward.adapters.openrlhf
import vessel_reward.adapters.trl, vessel_reward.adapters.verl
found = {"areal", "swift", "openrlhf", "trl", "verl", "torch", "transformers"} & set(sys.modules)
assert not found, found
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
