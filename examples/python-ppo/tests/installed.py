"""Skips a module of tests, aloud, where what it needs is not installed."""

import importlib.util

import pytest

for package in ("torch", "peft", "accelerate", "numpy", "vessel_reward"):
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed: see README.md", allow_module_level=True)
