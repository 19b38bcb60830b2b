"""FLOOR 1. The queue: the only importer of procrastinate, and the shared limiter in PostgreSQL."""
