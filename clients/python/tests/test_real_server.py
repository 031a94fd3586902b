"""What only a server has: tokens, restarts, and completions that it reads itself."""

import json
import random
import time
import threading
import urllib.request

import numpy
import pytest
from conftest import COMMAND, Server

from vessel_reward import Reward, RewardError
from vessel_reward.adapters import CompletionReward

pytestmark = pytest.mark.skipif(
    not COMMAND, reason="VESSEL_REWARD_COMMAND does not say how to start the program"
)

TRUTH = numpy.array([[0, 1, 0], [1, 1, 0]], dtype=bool)


def test_a_token(tmp_path):
    file = tmp_path / "token"
    file.write_text("a-token-of-24-characters\n")
    server = Server("--jobs", "1", "--token-file", str(file))
    try:
        with Reward(server.url, token="a-token-of-24-characters") as reward:
            assert reward.score_group([TRUTH], TRUTH) == [6]
        for token in (None, "another"):
            with Reward(server.url, token=token) as reward, pytest.raises(RewardError) as caught:
                reward.score_group([TRUTH], TRUTH)
            assert caught.value.code == "unauthorized"
    finally:
        server.stop()


def test_the_reward_that_the_server_was_started_with():
    server = Server("--jobs", "1", "--reward", "robust")
    try:
        with Reward(server.url) as reward, Reward("robust") as robust, Reward("design") as design:
            empty = [numpy.zeros_like(TRUTH)]
            assert reward.score_group(empty, TRUTH) == robust.score_group(empty, TRUTH)
            assert reward.score_group(empty, TRUTH) != design.score_group(empty, TRUTH)
    finally:
        server.stop()


def test_a_server_that_is_killed_and_started_again():
    masks = [numpy.eye(300, dtype=bool)] * 600
    server = Server("--jobs", "1")
    again = []

    def restart():
        server.kill()
        again.append(Server("--jobs", "1", port=server.port))

    try:
        with Reward(server.url, patience=30) as reward:
            assert reward.score_group([TRUTH], TRUTH) == [6]
            timer = threading.Timer(0.1, restart)
            timer.start()
            with pytest.warns(RuntimeWarning, match="it is tried again"):
                assert reward.score(masks, masks) == [6] * len(masks)
                timer.join()
                # In case all was answered before.
                assert reward.score_group([TRUTH], TRUTH) == [6]
    finally:
        for one in again or [server]:
            one.stop()


def test_both_ways_give_the_same_numbers(server):
    rng = numpy.random.default_rng(7)
    masks = [rng.random((40, 50)) < 0.2 for _ in range(24)]
    truths = [mask ^ (rng.random((40, 50)) < 0.05) for mask in masks]
    with Reward("robust", metrics=["dice", "hd95"]) as stream:
        with Reward("robust", metrics=["dice", "hd95"], url=server.url) as remote:
            assert remote.score(masks, truths) == stream.score(masks, truths)
            assert remote.details(masks, truths[0]) == stream.details(masks, truths[0])
            assert remote.explain(masks[0], truths[0]) == stream.explain(masks[0], truths[0])
            assert remote.advantages(masks, truths[0], tile=16) == stream.advantages(masks, truths[0], tile=16)


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def test_a_completion_is_read_as_the_server_reads_it(server):
    pieces = [
        *('{"counts": "132"}', '{"counts": [1, 3, 2], "size": [2, 3]}', '{"bits": "WA=="}', '{"png": "x"}'),
        *('{"counts": [6]}', '{"counts": "9"}', '{"size": [1, 1], "counts": "1"}', '{"counts": 1e999}', '{"a": 1}'),
        *("132", "06", "6", " ", "\n", "\t", '"', "'", "{", "}", "[", "]", ":", ",", "<", ">", "</s>", "<|im_end|>"),
        *("<eos>", "<abc>", "mask", "the", ".", "`", "\\", "\u00a0", "\ufeff", "\x1c", "\x85", "é", "counts"),
    ]
    chance = random.Random(3)
    completions = ["".join(chance.choices(pieces, k=chance.randint(0, 6))) for _ in range(400)]
    truth = {"size": [2, 3], "counts": "132"}
    ours = CompletionReward().scores(completions, [truth] * len(completions))
    theirs = [post(f"{server.url}/slime", {"prompt": "", "response": one, "label": truth}) for one in completions]
    differing = [
        (completion, reward, valid, other)
        for completion, reward, valid, other in zip(completions, ours.rewards, ours.valid, theirs)
        if (reward, valid) != (other["reward"], other["valid"])
    ]
    assert differing == []
    assert 20 < sum(ours.valid) < 380


def test_a_query_is_read_as_the_server_reads_it(server, monkeypatch):
    from test_adapters import stand_in_for_torch

    from vessel_reward.adapters.openrlhf import reward_function

    stand_in_for_torch(monkeypatch)
    prompts = ['Such as {"counts": [6]}', "What is it?"] * 3
    queries = [
        *('<s>Such as {"counts": [6]} 132', "What is it? 132</s>", 'Such as {"counts": [6]} I cannot'),
        *('{"counts": [6]}', 'Such as  {"counts": [6]} none.', 'What is it? {"counts": "132"} or {"counts": [6]}'),
    ]
    labels = ['{"size": [2, 3], "counts": "132"}'] * 6
    theirs = post(f"{server.url}/openrlhf", {"query": queries, "prompts": prompts, "labels": labels})
    ours = reward_function()(queries, prompts, labels)
    assert ours["rewards"].tolist() == theirs["rewards"]
    assert ours["scores"].tolist() == pytest.approx(theirs["scores"])
    assert ours["extra_logs"]["valid"].tolist() == theirs["extra_logs"]["valid"]
    assert set(ours["extra_logs"]) | {"parsed"} == set(theirs["extra_logs"])
