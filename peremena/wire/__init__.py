"""FLOOR 0. The one HTTP doorway, and the type that keeps a secret out of sight. Knows neither Django nor any messenger."""
