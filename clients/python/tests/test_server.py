"""The client of a server, against one that does what a real one does seldom."""

import asyncio
import contextlib
import multiprocessing
import os
import pickle
import socket
import threading
import time

import numpy
import pytest
from stand_in import HELLO, Answer, StandIn, serving

from vessel_reward import AsyncReward, Reward, RewardError, RewardProcessError

TRUTH = numpy.zeros((2, 3), dtype=bool)


def of_width(width):
    return numpy.zeros((1, width), dtype=bool)


def error(status, code, argument=None, **options):
    told = {"code": code, "message": f"because of {argument}"}
    return Answer({"error": {**told, "argument": argument} if argument else told}, status, **options)


@contextlib.contextmanager
def asking(*script, hello=HELLO, **options):
    stand_in = StandIn(script, hello)
    with serving(stand_in) as url, Reward(url, **options) as reward:
        yield reward, stand_in


def test_asks_as_the_server_wants_it():
    with asking(metrics=["dice"], token="a-token") as (reward, stand_in):
        assert reward.score_group([of_width(3), of_width(4)], TRUTH) == [3, 4]
    hello, asked = stand_in.asked
    assert (hello.method, hello.path, hello.token) == ("GET", "/v1/hello", "Bearer a-token")
    assert (asked.method, asked.path, asked.token) == ("POST", "/v1/score", "Bearer a-token")
    assert asked.body["truth"] == {"bits": "AA==", "width": 3, "height": 2}
    assert [mask["width"] for mask in asked.body["predictions"]] == [3, 4]
    assert asked.body["metrics"] == ["dice"]
    assert "op" not in asked.body
    # What the server was started with.
    assert asked.body["reward"] is None


def test_the_reward_and_the_address():
    stand_in = StandIn()
    with serving(stand_in) as url:
        with Reward("robust", url=f"{url}/behind/") as reward:
            reward.score_group([of_width(3)], TRUTH)
    assert [one.path for one in stand_in.asked] == ["/behind/v1/hello", "/behind/v1/score"]
    assert stand_in.asked[1].body["reward"] == "robust"
    assert stand_in.asked[1].token is None


def test_the_environment(monkeypatch):
    stand_in = StandIn()
    with serving(stand_in) as url:
        monkeypatch.setenv("VESSEL_REWARD_URL", url)
        monkeypatch.setenv("VESSEL_REWARD_TOKEN", "another")
        with Reward("design") as reward:
            assert reward.score_group([of_width(5)], TRUTH) == [5]
        assert {one.token for one in stand_in.asked} == {"Bearer another"}
        # What the call says counts.
        with Reward(command="/there/is/no/such/program") as reward:
            with pytest.raises(RewardProcessError, match="cannot start"):
                reward.score_group([TRUTH], TRUTH)


def test_other_operations():
    credit = {"rows": 1, "columns": 2, "rewards": [1, 2], "overlap": [1, 2, 3, 4], "skeleton": [5, 6, 7, 8]}
    with asking(Answer({"explanation": {"total": 6}}), Answer(credit)) as (reward, stand_in):
        assert reward.explain(TRUTH, TRUTH) == {"total": 6}
        advantages = reward.advantages([TRUTH, TRUTH], TRUTH, tile=2)
    assert advantages.overlap == [[1, 2], [3, 4]]
    assert [one.path for one in stand_in.scored()] == ["/v1/explain", "/v1/advantages"]
    assert stand_in.scored()[1].body["tile"] == 2


def test_a_batch_is_sent_in_parts_and_its_order_kept():
    stack = [of_width(1 + k % 7) for k in range(150)]
    with asking() as (reward, stand_in):
        assert reward.score(stack, [TRUTH] * 150) == [1 + k % 7 for k in range(150)]
        assert reward.score([], []) == []
    assert sorted(len(one.body["pairs"]) for one in stand_in.scored()) == [22, 64, 64]
    large = [numpy.random.default_rng(k).random((1700, 1700 + k)) < 0.5 for k in range(5)]
    with asking() as (reward, stand_in):
        assert reward.score(large, large) == [1700 + k for k in range(5)]
    assert sorted(len(one.body["pairs"]) for one in stand_in.scored()) == [1] * 5
    # Short as texts, and much to do.
    runs = [{"size": [2000, 2000], "counts": [4_000_000], "width": k} for k in range(5)]
    with asking() as (reward, stand_in):
        assert reward.score(runs, runs) == [0, 1, 2, 3, 4]
    assert sorted(len(one.body["pairs"]) for one in stand_in.scored()) == [1, 2, 2]


def test_an_error_in_a_batch_names_the_pair():
    def second_part(asked):
        first = asked.body["pairs"][0]["prediction"]["width"] == 1
        return error(422, "bad-mask", "pairs[3].truth") if not first else Answer("{}", 503)

    # Both parts are asked at once; whichever comes first, the error is about the second.
    masks = [of_width(1)] * 64 + [of_width(2)] * 20
    with asking(second_part, second_part, patience=0) as (reward, _):
        with pytest.raises((RewardError, RewardProcessError)) as caught:
            reward.score(masks, [TRUTH] * 84)
    if isinstance(caught.value, RewardError):
        assert (caught.value.code, caught.value.argument) == ("bad-mask", "pairs[67].truth")
        assert "because of pairs[67].truth" in str(caught.value)


def test_a_connection_is_kept():
    with asking() as (reward, stand_in):
        for _ in range(5):
            reward.score_group([of_width(3)], TRUTH)
    assert len({one.connection for one in stand_in.asked}) == 1


def test_a_connection_that_was_closed_meanwhile_is_replaced_without_a_word():
    # The stand-in hangs up without saying so, as a server does after some seconds of silence.
    closing = Answer({"rewards": [1.0], "terms": [{}], "valid": [1]}, hangs_up=True)
    with asking(closing, closing) as (reward, stand_in):
        for _ in range(3):
            reward.score_group([of_width(1)], TRUTH)
            time.sleep(0.05)
    assert len({one.connection for one in stand_in.asked}) == 3


def test_errors_are_exceptions():
    answers = [error(422, "size-mismatch", "predictions[1]"), error(401, "unauthorized")]
    with asking(*answers) as (reward, stand_in):
        with pytest.raises(RewardError, match="because of") as caught:
            reward.score_group([TRUTH, TRUTH], TRUTH)
        assert (caught.value.code, caught.value.argument) == ("size-mismatch", "predictions[1]")
        with pytest.raises(RewardError) as caught:
            reward.score_group([TRUTH], TRUTH)
        assert caught.value.code == "unauthorized"
        assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
        # A refusal is not asked again, and what failed does not stay.
        assert len(stand_in.scored()) == 2
        assert reward.score_group([of_width(3)], TRUTH) == [3]


@pytest.mark.parametrize(
    "answer",
    [
        Answer("<html>a page</html>"),
        Answer("<html>not here</html>", 404),
        Answer("", 500),
        Answer("[1, 2]"),
        Answer('"text"'),
        Answer({"error": "in another form"}, 500),
        Answer("", 301, {"Location": "http://127.0.0.1:9/"}),
    ],
)
def test_another_program_is_not_taken_for_the_server(answer):
    with asking(hello=answer) as (reward, _):
        with pytest.raises(RewardProcessError, match="expected http://.* to be vessel-reward serve"):
            reward.score_group([TRUTH], TRUTH)


def test_too_few_rewards_are_not_taken():
    short = Answer({"rewards": [1.0], "terms": [{}], "valid": [1]})
    with asking(short) as (reward, _):
        with pytest.raises(RewardProcessError, match="expected 2 rewards"):
            reward.score_group([TRUTH, TRUTH], TRUTH)


def test_a_busy_server_is_asked_again_when_it_says():
    busy = error(429, "busy", headers={"Retry-After": "0"})
    with asking(busy, busy, busy) as (reward, stand_in):
        assert reward.score_group([of_width(3)], TRUTH) == [3]
    assert len(stand_in.scored()) == 4


def test_a_server_that_stays_busy_says_so():
    with asking(*[error(429, "busy", headers={"Retry-After": "3600"})] * 5, timeout=0.5) as (reward, stand_in):
        with pytest.raises(RewardError) as caught:
            reward.score_group([TRUTH], TRUTH)
        assert caught.value.code == "busy"
        assert len(stand_in.scored()) == 1


def test_a_server_that_is_away_is_told_and_tried_again():
    answers = [error(503, "worker-failed"), Answer("<html>bad gateway</html>", 502), Answer("{}", cut=1)]
    with asking(*answers) as (reward, stand_in):
        with pytest.warns(RuntimeWarning, match="it is tried again") as told:
            assert reward.score_group([of_width(3)], TRUTH) == [3]
        assert len(told) == 1
        assert len(stand_in.scored()) == 4


def test_a_server_that_stays_away():
    with asking(*[error(503, "shutting-down")] * 50, patience=0.3) as (reward, _):
        with pytest.warns(RuntimeWarning, match="status 503"), pytest.raises(RewardError) as caught:
            reward.score_group([TRUTH], TRUTH)
        assert caught.value.code == "shutting-down"


def test_a_request_that_ends_threads_of_the_server_is_given_up():
    with asking(*[error(503, "worker-failed")] * 5) as (reward, stand_in):
        with pytest.warns(RuntimeWarning, match="status 503"), pytest.raises(RewardError) as caught:
            reward.score_group([TRUTH], TRUTH)
        assert caught.value.code == "worker-failed"
        assert len(stand_in.scored()) == 2


def test_a_server_that_cannot_be_reached():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with Reward(f"http://127.0.0.1:{taken.getsockname()[1]}", patience=0.3) as reward:
            with pytest.warns(RuntimeWarning, match="refused"):
                with pytest.raises(RewardProcessError, match="cannot reach http://127.0.0.1.*refused"):
                    reward.score_group([TRUTH], TRUTH)
    with Reward("http://127.0.0.1:1", patience=0) as reward:
        with pytest.raises(RewardProcessError, match="cannot reach"):
            reward.score_group([TRUTH], TRUTH)


def test_a_server_that_comes_later():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = threading.Event()

    def late():
        time.sleep(0.3)
        with serving(StandIn(), port):
            done.wait(10)

    thread = threading.Thread(target=late)
    thread.start()
    try:
        with Reward(f"http://127.0.0.1:{port}") as reward, pytest.warns(RuntimeWarning, match="tried again"):
            assert reward.score_group([of_width(4)], TRUTH) == [4]
    finally:
        done.set()
        thread.join()


def test_an_answer_that_does_not_come_in_time():
    never = threading.Event()
    with asking(Answer("{}", delay=never), timeout=0.3) as (reward, stand_in):
        with pytest.raises(TimeoutError, match="not answered for 0.3 s"):
            reward.score_group([TRUTH], TRUTH)
        never.set()
        # A late answer is not that of the next request.
        assert reward.score_group([of_width(6)], TRUTH) == [6]
        assert len({one.connection for one in stand_in.scored()}) == 2


def test_a_request_that_is_too_large_is_not_sent():
    hello = {**HELLO, "limits": {"requestBytes": 100}}
    with asking(hello=hello) as (reward, stand_in):
        with pytest.raises(RewardError, match="at most 100 bytes") as caught:
            reward.score_group([numpy.ones((40, 40), dtype=bool)], TRUTH)
        assert caught.value.code == "too-large"
        assert stand_in.scored() == []


def test_another_protocol_is_said():
    with asking(hello={"protocol": 9}) as (reward, _):
        with pytest.warns(RuntimeWarning, match="a server that speaks protocol 1, got 9"):
            assert reward.score_group([of_width(3)], TRUTH) == [3]


def test_many_threads():
    results = {}
    with asking() as (reward, stand_in):

        def work(k):
            results[k] = [reward.score_group([of_width(1 + k)], TRUTH) for _ in range(10)]

        threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert results == {k: [[1 + k]] * 10 for k in range(8)}
    assert len({one.connection for one in stand_in.asked}) <= 16


def test_async_twins():
    async def both(url):
        async with AsyncReward(url) as reward:
            return await asyncio.gather(*(reward.score_group([of_width(k)], TRUTH) for k in range(1, 20)))

    with serving(StandIn()) as url:
        assert asyncio.run(both(url)) == [[k] for k in range(1, 20)]


class Group:
    def __init__(self, reward):
        self.reward = reward

    def __call__(self, width):
        return self.reward.score_group([of_width(width)], TRUTH) + [os.getpid()]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_survives_a_fork():
    with asking() as (reward, stand_in):
        assert reward.score_group([of_width(3)], TRUTH) == [3]
        with multiprocessing.get_context("fork").Pool(2) as pool:
            results = pool.map(Group(reward), range(1, 9), chunksize=1)
        assert [one[0] for one in results] == list(range(1, 9))
        assert os.getpid() not in {one[1] for one in results}
        assert reward.score_group([of_width(3)], TRUTH) == [3]
        by_parent, *by_children = stand_in.asked[1:]
        assert by_children[-1].connection == by_parent.connection
        assert by_parent.connection not in {one.connection for one in by_children[:-1]}


def test_is_pickled():
    with asking(token="a-token") as (reward, stand_in):
        with pickle.loads(pickle.dumps(reward)) as other:
            assert other.score_group([of_width(3)], TRUTH) == [3]
        assert {one.token for one in stand_in.asked} == {"Bearer a-token"}
        assert "a-token" not in repr(reward)


def test_a_closed_one_says_so():
    with asking() as (reward, _):
        reward.score_group([of_width(3)], TRUTH)
        reward.close()
        with pytest.raises(RewardProcessError, match="closed"):
            reward.score_group([TRUTH], TRUTH)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"url": "ftp://127.0.0.1"}, "expected url to be like"),
        ({"url": "127.0.0.1:8080"}, "expected url to be like"),
        ({"url": "http://"}, "expected url to be like"),
        ({"url": "http://user:pass@127.0.0.1"}, "a token is token="),
        ({"url": "http://127.0.0.1/?a=1"}, "without query"),
        ({"url": "http://127.0.0.1:99999"}, "[Pp]ort"),
        ({"url": "http://127.0.0.1", "token": "two\nlines"}, "visible ASCII"),
        ({"url": "http://127.0.0.1", "token": ""}, "visible ASCII"),
        ({"url": "http://127.0.0.1", "jobs": 2}, "no command and jobs"),
        ({"url": "http://127.0.0.1", "command": "node"}, "no command and jobs"),
        ({"reward": "http://127.0.0.1", "url": "http://127.0.0.1"}, "one address"),
        ({"url": "http://127.0.0.1", "timeout": -1}, "timeout to be seconds"),
        ({"url": "http://127.0.0.1", "patience": float("nan")}, "patience to be seconds"),
        ({"command": "node", "token": "a"}, "without the address of a server"),
    ],
)
def test_wrong_options(options, message):
    with pytest.raises(ValueError, match=message) as caught:
        Reward(**options)
    assert "two" not in str(caught.value)
