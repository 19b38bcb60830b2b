"""FLOOR 1. One contract (base) and a folder for each messenger; registry is the one list of them. Knows no Django."""
