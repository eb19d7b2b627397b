"""Disclosure control: what a release must hide so that nobody can compute a count that is too small to be shown."""

from flows.disclosure.hiding import Hidden, hide

__all__ = ["Hidden", "hide"]
