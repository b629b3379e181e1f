"""``python -m lossmodel``."""

from lossmodel.cli.entry import main

if __name__ == "__main__":
    main()
