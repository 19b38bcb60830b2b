"""FLOOR 3. Every page."""
