"""proofs/prove, with a stand-in for Python that writes down what it is asked to do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CLIENT = Path(__file__).resolve().parents[1]

if sys.platform == "win32" or shutil.which("bash") is None:
    pytest.skip("proofs/prove needs bash", allow_module_level=True)

# Makes an environment of itself, whose pip and python only write down their arguments.
PYTHON = """#!/bin/sh
mkdir -p "$3/bin"
for name in pip python; do
  printf '#!/bin/sh\\necho "%s $*" >> "$LOG"\\n' $name > "$3/bin/$name"
  chmod +x "$3/bin/$name"
done
echo "venv $3" >> "$LOG"
"""


@pytest.fixture
def prove(tmp_path):
    """Runs a copy of `prove` in an empty folder; what was done, a line each."""
    client = tmp_path / "client"
    for part in ("proofs", "src"):
        shutil.copytree(CLIENT / part, client / part)
    shutil.copy(CLIENT / "pyproject.toml", client)
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("bash", "sh", "cat", "cksum", "dirname", "mkdir", "chmod"):
        (tools / tool).symlink_to(shutil.which(tool))
    python = tools / "python3"
    python.write_text(PYTHON)
    python.chmod(0o755)
    work = tmp_path / "work"
    work.mkdir()
    log = tmp_path / "log"

    def run(*arguments, code=0):
        log.write_text("")
        done = subprocess.run(
            [str(client / "proofs" / "prove"), *arguments],
            cwd=work,
            env={"PATH": str(tools), "LOG": str(log), "TMPDIR": str(tmp_path)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == code, done.stderr
        return done.stderr if code else log.read_text().replace(f"{tmp_path}{os.sep}", "").splitlines()

    run.client = client
    return run


MADE = [
    "pip install --quiet -r client/proofs/requirements/areal.txt",
    "pip install --quiet --no-deps -r client/proofs/requirements/areal.alone.txt",
    "pip install --quiet --no-deps --force-reinstall client/proofs/..",
]
RUN = "python client/proofs/prove_areal.py"


def test_an_environment_is_made_once(prove):
    assert prove("areal") == ["venv vessel-reward-proofs/areal", *MADE, RUN]
    assert prove("areal") == [RUN]


@pytest.mark.parametrize("changed", ["src/vessel_reward/_reward.py", "proofs/requirements/areal.alone.txt"])
def test_what_has_changed_is_installed_before_it_is_proved(prove, changed):
    prove("areal")
    with (prove.client / changed).open("a") as file:
        file.write("# More\n")
    assert prove("areal") == [*MADE, RUN]
    assert prove("areal") == [RUN]


def test_its_folder_may_be_relative(prove):
    assert prove("areal", "here") == ["venv here/areal", *MADE, RUN]


def test_a_name_that_is_none_makes_nothing(prove):
    assert "got 'areal.alone.x'" in prove("areal.alone.x", code=2)
    assert "got ''" in prove(code=2)
