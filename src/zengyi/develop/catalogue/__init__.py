"""The English catalogues, one in each package (``locale/en/LC_MESSAGES/django.po``), beside the code they translate.

``python -m zengyi.develop.catalogue update`` brings them up to date with the code, ``… check`` says what is missing.
"""
