"""Greetings of a community: the smallest package there can be, with one of everything that a package may declare."""
