"""``python -m realpolitik``."""

from realpolitik.cli import main

if __name__ == "__main__":
    main()
