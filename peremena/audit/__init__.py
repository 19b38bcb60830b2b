"""FLOOR 0. Who did what, when and why: ids and codes, never names."""
