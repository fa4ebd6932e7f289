"""The reference in ``docs/``, made from the same data that the code runs on, so that it cannot disagree with the code.

``python -m zengyi.develop.reference write docs`` writes it, ``… check docs`` tells whether it is up to date.
"""
