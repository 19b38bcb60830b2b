"""FLOOR 3. What makes one machine enough: embedded PostgreSQL, the supervisor of `peremena run`, the data folder."""
