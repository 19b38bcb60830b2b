"""FLOOR 1. What we know: people, classes, groups, chats, seats, connections."""
