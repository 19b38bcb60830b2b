"""FLOOR 0. Pure decisions over values: no clock, no network, no database, no Django."""
