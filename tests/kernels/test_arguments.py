"""Conventions of the kernels' arguments."""

from __future__ import annotations

import halide as hl
import pytest

from catalog import KERNELS, arguments


@pytest.mark.parametrize("name", KERNELS)
def test_numbers_of_channels_have_16_bits(name: str) -> None:
    inputs, _ = KERNELS[name].pipeline(None)
    channels = [parameter for parameter in arguments(inputs) if parameter.name() == "channels"]
    assert all(parameter.type() == hl.UInt(16) for parameter in channels)
