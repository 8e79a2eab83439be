"""Simulators that are wrong on purpose: what odds are worth when no model of the list is the world's."""
