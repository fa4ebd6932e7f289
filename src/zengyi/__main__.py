"""``python -m zengyi``: the same as the ``zengyi`` command."""

from zengyi.project.command import main

raise SystemExit(main())
