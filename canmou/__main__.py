"""``python -m canmou``."""

from canmou.cli import main

main()
