"""``python -m zengyi``: the same as the ``zengyi`` command."""

from zengyi.command import main

raise SystemExit(main())
