"""Tools for whoever works on the code: the English catalogues, and the documents that are made from data."""
