"""FLOOR 4. The command line: a file per command. JSON goes to stdout, everything said to people to stderr."""
