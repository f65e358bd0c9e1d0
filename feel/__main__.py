"""``python -m feel`` builds the interpreter where it is missing and prints where it is."""

import sys

from feel.bundle import BundleError, build

if __name__ == "__main__":
    try:
        sys.stdout.write(f"{build()}\n")
    except BundleError as error:
        sys.exit(str(error))
