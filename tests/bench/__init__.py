"""Measurements: each prints figures beside a floor taken in the same run, and asserts nothing."""
