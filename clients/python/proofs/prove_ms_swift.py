"""ms-swift's own loading of a plugin and of its reward functions."""

import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import samples
from swift.rlhf_trainers.utils import resolve_reward_funcs
from swift.utils.utils import import_external_file

PLUGIN = """
from swift.rewards import orms
from vessel_reward.adapters.ms_swift import orm

orms["vessel"] = orm("robust", truth="solution", **{options!r})
"""


def prove(expected, options) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, f"plugin_{len(options)}.py")
        file.write_text(PLUGIN.format(options=options))
        import_external_file(str(file))
    (function,), names = resolve_reward_funcs(["vessel"], args=None)
    words = list(expected)
    rewards = function(words, solution=[samples.label()] * len(words), trainer_state=None)
    assert rewards == [expected[word] for word in words]
    print(f"{options or 'stream'}: {len(words)} rewards of {names[0]} equal")


if __name__ == "__main__":
    print(f"Python {sys.version.split()[0]}, ms-swift {version('ms-swift')}")
    expected = samples.values("robust", 40)
    prove(expected, {})
    with samples.serving() as url:
        prove(expected, {"url": url})
