"""Tests of projects, demands and their money."""
