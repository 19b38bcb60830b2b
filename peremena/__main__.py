"""python -m peremena, and the command `peremena`."""

from peremena.cli.main import main

if __name__ == "__main__":
    main()
