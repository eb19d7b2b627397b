"""Fixtures that several rooms share."""

pytest_plugins = ["tests.cli.calling", "tests.line.reports"]
