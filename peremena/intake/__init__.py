"""FLOOR 2. A roster file on its way in: reading, matching, preview, applying."""
