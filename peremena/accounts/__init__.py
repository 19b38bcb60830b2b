"""FLOOR 0. Who signs in. What a signed-in person may see is decided by peremena.web.access."""
