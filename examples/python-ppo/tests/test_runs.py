"""Whole runs of train.py, in processes of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import installed  # noqa: F401, first: skips the rest
import pytest
from safetensors.numpy import load_file

FOLDER = Path(__file__).resolve().parents[1]
TORCHRUN = ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]


def run(out, data, *options, launcher=()):
    command = [sys.executable, *launcher, str(FOLDER / "train.py"), "--data", str(data), "--out", str(out)]
    few = ["--updates", "3", "--validate_every", "0", "--skip_test", "--samples", "4"]
    done = subprocess.run(
        [*command, *few, *options],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def adapter(out):
    return load_file(out / "adapter" / "adapter_model.safetensors")


def distance(a, b):
    assert a.keys() == b.keys() and len(a) == 28
    return max(float(abs(a[name] - b[name]).max()) for name in a)


@pytest.fixture(scope="module")
def alone(few, tmp_path_factory):
    out = tmp_path_factory.mktemp("alone")
    run(out, few, "--dtype", "float64")
    return out


def rewards(out):
    return [json.loads(line)["reward"] for line in (out / "log.jsonl").read_text().split("\n") if line]


def test_two_processes_are_one(few, alone, tmp_path):
    run(tmp_path, few, "--dtype", "float64", launcher=TORCHRUN)
    assert distance(adapter(alone), adapter(tmp_path)) < 1e-5
    assert rewards(alone) == rewards(tmp_path)
    assert max(abs(w).max() for w in adapter(alone).values()) > 1e-2
    assert json.loads((tmp_path / "summary.json").read_text())["processes"] == 2


def test_so_they_are_in_single_precision(few, tmp_path):
    run(tmp_path / "one", few)
    run(tmp_path / "two", few, launcher=TORCHRUN)
    assert distance(adapter(tmp_path / "one"), adapter(tmp_path / "two")) < 1e-5


def test_gradients_of_parts_add_up(few, alone, tmp_path):
    run(tmp_path, few, "--dtype", "float64", "--mini_batch", "2", "--gradient_accumulation_steps", "2")
    assert distance(adapter(alone), adapter(tmp_path)) < 1e-5


def test_another_seed_is_another_run(few, alone, tmp_path):
    run(tmp_path, few, "--dtype", "float64", "--seed", "2")
    assert distance(adapter(alone), adapter(tmp_path)) > 1e-3


def test_a_run_can_be_watched_with_tensorboard(few, tmp_path):
    pytest.importorskip("tensorboard", reason="tensorboard is not installed")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    run(tmp_path, few, "--log_with", "tensorboard", "--validate_every", "3")
    events = EventAccumulator(str(tmp_path / "vessel-reward-ppo"))
    events.Reload()
    assert [event.step for event in events.Scalars("reward")] == [1, 2, 3]
    assert 0 < events.Scalars("validation/dice")[0].value < 1


def test_a_few_updates_learn(data, tmp_path):
    """From .774; 60 updates reach .876."""
    output = run(tmp_path, data, "--updates", "8", "--samples", "8")
    dice = json.loads((tmp_path / "summary.json").read_text())["means"]["validation"]
    assert dice["PPO + LoRA"]["dice"] > 0.82 > dice["best threshold"]["dice"], output


def test_wrong_settings_end_with_words(few, tmp_path):
    with pytest.raises(AssertionError, match="multiple of mini_batch x gradient_accumulation_steps"):
        run(tmp_path, few, "--images", "4", "--mini_batch", "1", "--gradient_accumulation_steps", "8")
