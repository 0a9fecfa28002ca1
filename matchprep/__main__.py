"""`python -m matchprep` is the command line."""

from matchprep.cli import main

if __name__ == "__main__":
    main()
