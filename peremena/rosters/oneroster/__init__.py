"""OneRoster CSV, bindings 1.1 and 1.2.1, bulk and delta: rostering files only."""
