"""The reference in ``docs/``, made from the data the code itself runs on, so that it cannot say anything else.

``python -m zengyi.develop.reference write docs`` writes it, ``… check docs`` tells whether it is up to date.
"""
