"""What engines make of the stream. Engines that are not installed are skipped aloud (`pytest -rs`)."""

import json
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(FOLDER))

pytest.importorskip("numpy", reason="numpy is not installed: pip install -r requirements.txt")

from compare import blocks_of, masks_in, read_lines, single_process, verdict
from faults import accident, happened
from make_requests import requests
from stream import RequestRefused, Stream, StreamEnded


@pytest.fixture(scope="session")
def path(tmp_path_factory):
    file = tmp_path_factory.mktemp("requests") / "requests.ndjson"
    lines = requests(groups=60, group=2, size=48, seed=7, reward="design")
    file.write_bytes("".join(line + "\n" for line in lines).encode())
    return str(file)


@pytest.fixture(scope="session")
def expected(path):
    return single_process(path)[0]


def test_requests_are_made_alike_and_answered(path, expected):
    again = list(requests(groups=60, group=2, size=48, seed=7, reward="design"))
    assert again == read_lines(path)
    assert masks_in(again) == 120
    answers = [json.loads(line) for line in expected]
    assert [answer["id"] for answer in answers] == list(range(60))
    rewards = [reward for answer in answers for reward in answer["rewards"]]
    assert len(set(rewards)) > 100


def test_a_block_is_answered_whole_and_in_order(path, expected):
    lines = read_lines(path)
    stream = Stream()
    assert stream.answers(lines[:25]) + stream.answers(lines[25:]) == expected
    stream.close()


def test_a_request_that_is_refused_is_no_score(path):
    stream = Stream()
    with pytest.raises(RequestRefused, match="bad-request"):
        stream.answers([read_lines(path)[0], '{"id":1,"truth":null}'])


def test_a_stream_that_is_killed_is_noticed_and_replaced(path, expected, tmp_path):
    lines = read_lines(path)
    stream = Stream()
    with pytest.raises(StreamEnded, match="code -9 after"):
        stream.answers(lines, accident(str(tmp_path), 2))
    assert happened(str(tmp_path)) == 1
    # The accident happens once.
    assert stream.answers(lines, accident(str(tmp_path), 2)) == expected
    stream.close()


def test_lost_doubled_and_changed_answers_are_seen():
    for got in (["a"], ["a", "b", "b"], ["b", "a"]):
        with pytest.raises(SystemExit):
            verdict("test", got, ["a", "b"])
    verdict("test", ["a", "b"], ["a", "b"])


def test_ray(path, expected, tmp_path):
    ray = pytest.importorskip("ray", reason="Ray is not installed: pip install -r requirements.txt")
    from ray_stream import by_actors, by_tasks, start

    start(2)
    try:
        for name, run in (("tasks", by_tasks), ("actors", by_actors)):
            faults = tmp_path / name
            faults.mkdir()
            got = run(blocks_of(read_lines(path), 10), 2, str(faults))
            assert happened(str(faults)) == 2
            assert got == expected
        refused = ['{"truth":null}']
        with pytest.raises(RequestRefused):
            by_tasks([refused], 1)
    finally:
        ray.shutdown()


def test_spark(path, expected, tmp_path):
    pytest.importorskip("pyspark", reason="PySpark is not installed: pip install -r requirements.txt")
    from spark_pipe import answers, context

    spark = context(2)
    try:
        assert answers(spark, path, 5, str(tmp_path)) == expected
        assert happened(str(tmp_path)) == 2
        refused = tmp_path.parent / "refused.ndjson"
        refused.write_text('{"truth":null}\n')
        # A stream that answered by an error ends with 1, which checkCode makes an error of the job.
        with pytest.raises(Exception, match="exited with error code 1"):
            answers(spark, str(refused), 1)
    finally:
        spark.stop()
