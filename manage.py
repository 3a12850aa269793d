#!/usr/bin/env python
"""Runs Redress's management commands."""

import os
import sys


def main() -> None:
    """Hand the command line to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    from config.errors import StartError

    try:
        execute_from_command_line(sys.argv)
    except StartError as error:
        sys.exit(f"Redress: {error}")


if __name__ == "__main__":
    main()
