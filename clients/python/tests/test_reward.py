import asyncio
import gc
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time

import numpy
import pytest

from vessel_reward import AsyncReward, Reward, RewardError, RewardProcessError

TRUTH = numpy.array([[0, 1, 0], [1, 1, 0]], dtype=bool)
EMPTY = numpy.zeros((2, 3), dtype=bool)
WORST_OF_EMPTY = -2.5000000000000004

needs_command = pytest.mark.skipif(
    not os.environ.get("VESSEL_REWARD_COMMAND"),
    reason="VESSEL_REWARD_COMMAND does not say how to start the program",
)


@pytest.fixture(scope="module", params=["stream", "server"])
def where(request):
    """The options of both ways."""
    return {} if request.param == "stream" else {"url": request.getfixturevalue("server").url}


@pytest.fixture(scope="module")
def reward(where):
    with Reward(**where) as one:
        yield one


@needs_command
class TestReward:
    def test_a_reward_that_nobody_has_ends_its_process(self):
        reward = Reward(command=os.environ["VESSEL_REWARD_COMMAND"])
        assert reward.score_group([TRUTH], TRUTH) == [6]
        process = reward._transport._child.process
        del reward
        gc.collect()
        assert process.wait(timeout=20) == 0

    def test_takes_numbers_of_numpy(self, reward):
        counts = {"size": numpy.array([2, 3]), "counts": numpy.array([1, 3, 2])}
        assert reward.score([counts], [counts]) == reward.score_group([counts], counts) == [6]
        samples = [TRUTH, EMPTY]
        expected = reward.advantages(samples, TRUTH, tile=2)
        assert reward.advantages(samples, TRUTH, tile=numpy.int64(2)) == expected

    def test_scores_pairs_and_groups(self, reward):
        assert reward.score([TRUTH, EMPTY], [TRUTH, TRUTH]) == [6, WORST_OF_EMPTY]
        stack = numpy.stack([EMPTY, TRUTH])
        assert reward.score(stack, numpy.stack([TRUTH, TRUTH])) == [WORST_OF_EMPTY, 6]
        assert reward.score_group(stack, TRUTH) == [WORST_OF_EMPTY, 6]
        assert reward.score_group([], TRUTH) == []
        assert reward.score([], []) == []

    def test_all_numbers_are_floats(self, where):
        with Reward(metrics=["dice"], **where) as reward:
            scores = reward.details([TRUTH, EMPTY], TRUTH)
            credit = reward.advantages([EMPTY, TRUTH], TRUTH, tile=2)
            numbers = reward.score([TRUTH], [TRUTH]) + scores.rewards + credit.rewards + sum(credit.overlap, [])
        for named in scores.terms + scores.metrics:
            numbers += named.values()
        assert {type(number) for number in numbers} == {float}

    def test_many_pairs_at_once(self, reward):
        masks = [numpy.eye(200, dtype=bool), ~numpy.eye(200, dtype=bool)] * 200
        assert reward.score(masks, masks) == [6] * len(masks)

    def test_field_of_view(self, reward):
        field = numpy.array([[1, 1, 0], [1, 1, 0]], dtype=bool)
        wrong_outside = TRUTH | ~field
        assert reward.score_group([wrong_outside], TRUTH, within=field) == [6]
        assert reward.score_group([wrong_outside], TRUTH)[0] < 6
        assert reward.score([wrong_outside] * 2, [TRUTH] * 2, within=field) == [6, 6]

    def test_details(self, where):
        with Reward(metrics=["dice", "hd95"], on_unparsable="worst", **where) as reward:
            scores = reward.details([TRUTH, EMPTY, "no mask", numpy.eye(4, dtype=bool)], TRUTH)
        assert scores.rewards == [6, WORST_OF_EMPTY, -4.9, -4.9]
        assert scores.valid == [1, 1, 0, 0]
        assert scores.metrics[0] == {"dice": 1, "hd95": 0}
        assert scores.metrics[2] == {"dice": None, "hd95": None}
        assert scores.problems[:2] == [None, None]
        assert "size of the truth" in scores.problems[3]
        for total, terms in zip(scores.rewards[:2], scores.terms):
            assert sum(terms.values()) == total

    def test_other_rewards(self, where):
        with Reward("robust", **where) as robust:
            assert robust.score_group([TRUTH, TRUTH], TRUTH) == [6, 6]
        with Reward({"preset": "design", "weights": {"dice": 1}}, **where) as other:
            assert other.score_group([TRUTH], TRUTH) == [11]

    def test_explains(self, reward):
        explanation = reward.explain(EMPTY, TRUTH)
        assert explanation["total"] == WORST_OF_EMPTY
        assert explanation["terms"]["recall"]["value"] == -17

    def test_credits_tiles(self, reward):
        advantages = reward.advantages([EMPTY, TRUTH], TRUTH, tile=2)
        assert (advantages.rows, advantages.columns) == (1, 2)
        assert advantages.rewards == [WORST_OF_EMPTY, 6]
        assert advantages.overlap == [[-8.4, 0], [8.4, 0]]

    def test_async_twins(self, where):
        async def all_of_them():
            async with AsyncReward(**where) as reward:
                return await asyncio.gather(
                    reward.score([TRUTH], [TRUTH]),
                    reward.score_group([EMPTY], TRUTH),
                    reward.details([TRUTH], TRUTH),
                    reward.explain(TRUTH, TRUTH),
                    reward.advantages([EMPTY, TRUTH], TRUTH, tile=2),
                )

        score, group, details, explanation, advantages = asyncio.run(all_of_them())
        assert (score, group, details.rewards) == ([6], [WORST_OF_EMPTY], [6])
        assert explanation["total"] == 6
        assert advantages.rewards == [WORST_OF_EMPTY, 6]

    def test_errors_are_exceptions(self, reward):
        with pytest.raises(RewardError, match="size of the truth") as caught:
            reward.score_group([TRUTH, numpy.zeros((4, 4), dtype=bool)], TRUTH)
        assert (caught.value.code, caught.value.argument) == ("size-mismatch", "predictions[1]")
        assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
        # Of pairs it says which.
        with pytest.raises(RewardError, match="size of the truth") as caught:
            reward.score([TRUTH] * 70 + [numpy.zeros((4, 4), dtype=bool)], [TRUTH] * 71)
        assert (caught.value.code, caught.value.argument) == ("size-mismatch", "pairs[70].prediction")
        with pytest.raises(RewardError) as caught:
            reward.score([TRUTH, TRUTH], [TRUTH, {"size": [2, 3], "counts": "9"}])
        assert (caught.value.code, caught.value.argument) == ("bad-mask", "pairs[1].truth")
        with pytest.raises(ValueError, match="1 truths for 2 predictions"):
            reward.score([TRUTH, TRUTH], [TRUTH])
        with pytest.raises(ValueError, match=r"threshold for preds\[0\]"):
            reward.score_group([TRUTH.astype("float32")], TRUTH)
        # What failed does not stay.
        assert reward.score_group([TRUTH], TRUTH) == [6]

    def test_many_threads(self, reward):
        results = {}

        def work(k):
            masks = [TRUTH if (k + i) % 3 else EMPTY for i in range(20)]
            results[k] = reward.score_group(masks, TRUTH)

        threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for k, rewards in results.items():
            assert rewards == [6 if (k + i) % 3 else WORST_OF_EMPTY for i in range(20)]
        assert len(results) == 8

    def test_a_killed_program_is_replaced_and_said(self):
        with Reward() as reward:
            assert reward.score_group([TRUTH], TRUTH) == [6]
            with pytest.warns(RuntimeWarning, match="a new one takes its place"):
                os.kill(reward._transport._child.process.pid, signal.SIGKILL)
                wait_for(lambda: reward._transport._child is None)
                assert reward.score_group([EMPTY], TRUTH) == [WORST_OF_EMPTY]
                time.sleep(0.2)

    def test_what_a_killed_program_had_not_answered_is_asked_again(self):
        masks = [numpy.eye(300, dtype=bool)] * 300
        with Reward() as reward:
            reward.score_group([TRUTH], TRUTH)
            child = reward._transport._child.process
            with pytest.warns(RuntimeWarning, match="a new one takes its place"):
                threading.Timer(0.1, child.kill).start()
                assert reward.score(masks, masks) == [6] * len(masks)
                child.wait()
                wait_for(lambda: reward._transport._child is not None)
                time.sleep(0.2)

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
    @pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
    def test_survives_a_fork(self, reward):
        assert reward.score_group([TRUTH], TRUTH) == [6]
        with multiprocessing.get_context("fork").Pool(2) as pool:
            assert pool.map(Group(reward), [EMPTY, TRUTH]) == [[WORST_OF_EMPTY], [6]]
        assert reward.score_group([TRUTH], TRUTH) == [6]

    def test_is_pickled_for_a_new_process(self, reward):
        with pickle.loads(pickle.dumps(reward)) as other:
            assert other.score_group([EMPTY], TRUTH) == [WORST_OF_EMPTY]

    def test_a_closed_one_says_so(self, where):
        reward = Reward(**where)
        reward.score_group([TRUTH], TRUTH)
        reward.close()
        with pytest.raises(RewardProcessError, match="closed"):
            reward.score_group([TRUTH], TRUTH)


class Group:
    def __init__(self, reward):
        self.reward = reward

    def __call__(self, pred):
        return self.reward.score_group([pred], TRUTH)


def wait_for(condition):
    for _ in range(200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it does not come true")


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("/there/is/no/such/program", "cannot start"),
        ([sys.executable, "-c", "import sys; sys.exit('broken')"], "ended with code 1: broken"),
        ([sys.executable, "-c", "print('not JSON')"], "expected an answer|ended with code 0"),
    ],
)
def test_a_program_that_cannot_be_started(command, message):
    with Reward(command=command) as reward:
        with pytest.raises(RewardProcessError, match=message):
            reward.score_group([TRUTH], TRUTH)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_request_that_ends_the_program_twice_is_given_up():
    code = (
        "import sys\n"
        "for line in sys.stdin:\n"
        "    if 'hello' not in line: sys.exit(5)\n"
        "    print('{\"protocol\": 1}', flush=True)\n"
    )
    with Reward(command=[sys.executable, "-c", code]) as reward:
        with pytest.raises(RewardProcessError, match="ended with code 5"):
            reward.score_group([TRUTH], TRUTH)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_an_answer_that_does_not_come_in_time():
    code = (
        "import sys, time\n"
        "print('{\"protocol\": 1}', flush=True)\n"
        "sys.stdin.readline(); sys.stdin.readline(); time.sleep(1)\n"
    )
    with Reward(command=[sys.executable, "-c", code], timeout=0.2) as reward:
        with pytest.raises(Exception) as caught:
            reward.score_group([TRUTH], TRUTH)
        assert "Timeout" in type(caught.value).__name__


def test_another_protocol_is_said():
    code = "import sys\nfor line in sys.stdin: print('{\"protocol\": 9, \"rewards\": [], \"terms\": [], \"valid\": []}', flush=True)"
    with pytest.warns(RuntimeWarning, match="protocol 1, got 9"):
        with Reward(command=[sys.executable, "-c", code]) as reward:
            assert reward.score_group([], TRUTH) == []


@pytest.mark.parametrize(
    "options, message",
    [
        # Nothing is greater than NaN: every mask would be empty, and so like any other.
        ({"threshold": float("nan")}, "expected threshold to be a number, got nan"),
        ({"threshold": "0.5"}, "expected threshold to be a number, got '0.5'"),
        ({"metrics": "dice"}, "expected metrics to be a list of names, got 'dice'"),
        ({"jobs": 1.5}, "expected jobs to be a whole number, got 1.5"),
        ({"url": "http://127.0.0.1:x"}, "expected url to have a port from 0 to 65535"),
    ],
)
def test_options_that_mean_nothing_are_refused(options, message):
    with pytest.raises((TypeError, ValueError), match=message):
        Reward(**options)
