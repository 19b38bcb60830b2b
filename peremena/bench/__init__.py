"""FLOOR 4, under cli. Measurements and the kill campaign, each over a throw-away installation of real processes."""
